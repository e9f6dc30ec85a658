-- Which part of the standard an enrolment asks for, where it is not the whole: the option's name on the first line (it may be
-- empty), then, for what is left out, the codes on one line and the reason on the next.
ALTER TABLE enrolment ADD COLUMN scope TEXT CHECK (length(scope) > 0);
CREATE INDEX enrolment_scope ON enrolment (trainee) WHERE scope IS NOT NULL;
