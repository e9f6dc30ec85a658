-- Whether a trainee was 16 to 18 years old on the first day of the programme, where that was answered.
ALTER TABLE enrolment ADD COLUMN aged_16_to_18 INTEGER CHECK (aged_16_to_18 IN (0, 1));

-- What was answered by a sign-off that was withdrawn since waits again; who left waits for nothing.
UPDATE claim_item SET answered = (SELECT place FROM person WHERE id = claim_item.trainee)
    WHERE EXISTS (SELECT 1 FROM sign_off WHERE sign_off.place = answered
        AND sign_off.withdrawn < (SELECT place FROM person WHERE id = claim_item.trainee AND "left" = 1))
    AND claim IN (SELECT claim FROM claim WHERE withdrawn IS NULL);
UPDATE claim_item SET waits = 1, answered = NULL
    WHERE answered IN (SELECT place FROM sign_off WHERE withdrawn IS NOT NULL)
    AND claim IN (SELECT claim FROM claim WHERE withdrawn IS NULL)
    AND trainee NOT IN (SELECT id FROM person WHERE "left" = 1)
    AND NOT EXISTS (SELECT 1 FROM claim AS c JOIN claim_item AS i ON i.claim = c.claim
        WHERE c.again = claim_item.claim AND i.ksb = claim_item.ksb
        AND c.size <= (SELECT withdrawn FROM sign_off WHERE sign_off.place = claim_item.answered));
UPDATE claim SET waiting = (SELECT count(*) FROM claim_item AS i WHERE i.claim = claim.claim AND waits = 1)
    WHERE withdrawn IS NULL;
