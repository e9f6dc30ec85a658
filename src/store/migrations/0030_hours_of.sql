-- A trainee's own entries without a look at everybody's.
CREATE INDEX claimed_hour_trainee ON claimed_hour (trainee, day);
