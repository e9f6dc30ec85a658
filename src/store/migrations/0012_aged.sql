-- Whether a trainee was 16 to 18 years old on the first day of the programme, where that was answered.
ALTER TABLE enrolment ADD COLUMN aged_16_to_18 INTEGER CHECK (aged_16_to_18 IN (0, 1));
