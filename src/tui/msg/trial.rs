//! Says that nothing here is real, and what opens everyone's key in a demo.

/// What a demo's people sign with: the same for all of them, shown wherever it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    pub pin: String,
    pub passphrase: String,
}

impl Trial {
    /// Returns what the first message says, and the dim text next to it.
    pub fn welcome(&self) -> (String, String) {
        let what = format!("Made-up department, nothing here is real. Every PIN is {}.", self.pin);
        (what, format!("Passphrase: {}", self.passphrase))
    }

    /// Returns what the lock screen says: nobody there knows yet who will sign.
    pub fn on_lock(&self) -> String {
        format!("Made-up department. Every PIN is {}.", self.pin)
    }

    /// Returns what a dialog that asks for a PIN says, in the line of keys.
    pub fn beside_pin(&self) -> String {
        format!("demo PIN {}", self.pin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_names_the_pin_and_says_that_it_is_made_up() {
        let trial = Trial { pin: "9146".to_owned(), passphrase: "five words".to_owned() };
        let (what, hint) = trial.welcome();
        for text in [what, trial.on_lock(), trial.beside_pin()] {
            assert!(text.contains("9146") && (text.contains("Made-up") || text.contains("demo")), "{text}");
        }
        assert!(hint.ends_with("five words"), "{hint}");
    }
}
