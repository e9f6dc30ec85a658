-- Paid hours a week of an enrolment, in hundredths of an hour, where they are given: a share of them is what is asked of
-- training in some programmes.
ALTER TABLE enrolment ADD COLUMN weekly INTEGER CHECK (weekly BETWEEN 1 AND 16800);
