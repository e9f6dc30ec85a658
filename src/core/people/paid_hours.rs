//! Defines a trainee's paid hours a week, to a hundredth.

use std::fmt;
use std::str::FromStr;

use crate::primitives::ids::{ValueFault, fault};

/// The maximum: a full week, in hundredths of an hour.
const MOST: u16 = 168 * 100;

/// Paid hours a week: more than zero, at most a full week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PaidHours(u16);

impl PaidHours {
    pub fn hundredths(hundredths: u16) -> Option<Self> {
        (1..=MOST).contains(&hundredths).then_some(Self(hundredths))
    }

    /// Returns the hundredths of an hour.
    pub fn in_hundredths(self) -> u16 {
        self.0
    }

    pub fn below(self, hours: u16) -> bool {
        u32::from(self.0) < u32::from(hours) * 100
    }
}

impl fmt::Display for PaidHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, part) = (self.0 / 100, self.0 % 100);
        match (part % 10, part) {
            (_, 0) => write!(f, "{hours}"),
            (0, _) => write!(f, "{hours}.{}", part / 10),
            _ => write!(f, "{hours}.{part:02}"),
        }
    }
}

impl FromStr for PaidHours {
    type Err = ValueFault;

    /// Parses `37`, `37.5` and `37.50`.
    fn from_str(s: &str) -> Result<Self, ValueFault> {
        read(s.trim()).and_then(Self::hundredths).ok_or_else(|| fault(s, "paid hours a week, such as 37 or 37.5"))
    }
}

fn read(s: &str) -> Option<u16> {
    let (hours, part) = s.split_once('.').unwrap_or((s, "0"));
    let digits = |text: &str, most: usize| {
        let plain = (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if plain { text.parse::<u16>().ok() } else { None }
    };
    let tenths = if part.len() == 1 { 10 } else { 1 };
    digits(hours, 3)?.checked_mul(100)?.checked_add(digits(part, 2)? * tenths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paid_hours_are_read_as_people_write_them_and_shown_in_one_way() {
        for (text, shown) in
            [("37", "37"), ("37.5", "37.5"), (" 37.50 ", "37.5"), ("0.25", "0.25"), ("9.05", "9.05"), ("168", "168")]
        {
            assert_eq!(text.parse::<PaidHours>().unwrap().to_string(), shown, "{text}");
        }
        for wrong in ["", "0", "0.00", "168.01", "169", "-1", "37,5", "37.", ".5", "37.555", "1e2", "+3", "37h", "9999"]
        {
            assert!(wrong.parse::<PaidHours>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn they_are_compared_to_the_hundredth() {
        for (paid, below) in [("29.99", true), ("30", false), ("30.01", false), ("0.01", true), ("168", false)] {
            assert_eq!(paid.parse::<PaidHours>().unwrap().below(30), below, "{paid}");
        }
    }
}
