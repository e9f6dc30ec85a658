//! Orders the versions of a standard, and finds the one for a start date.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::primitives::ids::StandardRef;
use crate::standard::Standard;
use crate::standard::about::VersionDates;
use crate::standard::file::shipped_versions;

/// Returns a sort key that orders versions by number: 1.9 before 1.10.
pub fn order(version: &str) -> Vec<(u64, String)> {
    version.split('.').map(|part| (part.parse().unwrap_or(u64::MAX), part.to_owned())).collect()
}

/// Returns whether a spreadsheet may have changed one version into the other: `1.0` to `1`, `1.10` to `1.1`.
pub fn alike(one: &str, other: &str) -> bool {
    let bare = |version: &str| {
        let version = version.trim().trim_start_matches(['v', 'V']).trim_start_matches('0').to_lowercase();
        // A spreadsheet reads it as a number only with at most one point.
        match version.split_once('.') {
            Some((whole, part)) if part.bytes().all(|b| b.is_ascii_digit()) => {
                format!("{whole}.{}", part.trim_end_matches('0')).trim_end_matches('.').to_owned()
            }
            _ => version,
        }
    };
    bare(one) == bare(other)
}

/// Returns all known versions of a standard, newest first: from the adopted versions' lists, then the built-in list,
/// then the start dates of adopted versions.
pub fn versions(reference: &str, adopted: &[Arc<Standard>]) -> Vec<VersionDates> {
    let kin = |standard: &&Arc<Standard>| standard.reference().reference() == reference;
    let mut own: Vec<&Arc<Standard>> = adopted.iter().filter(kin).collect();
    // A newer version knows when an older one ended.
    own.sort_by_key(|standard| std::cmp::Reverse(order(standard.reference().version())));
    let own_versions = own.iter().flat_map(|standard| standard.about().versions.iter().cloned());
    let dated = own.iter().map(|standard| VersionDates {
        version: standard.reference().version().to_owned(),
        change: None,
        earliest: standard.starts().earliest,
        latest: standard.starts().latest,
    });
    let mut all: Vec<VersionDates> = Vec::new();
    for one in own_versions.chain(shipped_versions(reference)).chain(dated) {
        if all.iter().all(|known| known.version != one.version) {
            all.push(one);
        }
    }
    all.sort_by_key(|one| std::cmp::Reverse(order(&one.version)));
    all
}

/// Returns the version for a start date; `None` if none or several apply. The next version's first start date ends one
/// without a last.
pub fn of_start(versions: &[VersionDates], start: NaiveDate) -> Option<&VersionDates> {
    let holds = |one: &&VersionDates| one.starts().hold(start);
    let best = versions.iter().filter(holds).max_by_key(|one| one.earliest)?;
    let rivals = versions.iter().filter(holds).filter(|one| one.earliest == best.earliest).count();
    (rivals == 1).then_some(best)
}

pub fn start_warning(standard: &Standard, adopted: &[Arc<Standard>], start: NaiveDate) -> Option<String> {
    let of = standard.reference();
    let all = versions(of.reference(), adopted);
    let belongs = of_start(&all, start).filter(|one| one.version != of.version());
    let outside = standard.start_date_warning(start);
    let Some(other) = belongs else { return outside };
    let has = adopted.iter().any(|one| {
        let known: &StandardRef = one.reference();
        known.reference() == of.reference() && known.version() == other.version
    });
    let belongs = format!("start date belongs to version {}", other.version);
    let belongs = if has { belongs } else { format!("{belongs}, which is not adopted here") };
    Some(match outside {
        Some(outside) => format!("{outside}. That {belongs}"),
        None => format!("{of} is not the newest version for this start: that {belongs}"),
    })
}

/// Returns which of several adopted versions a start date selects, if any.
pub fn picked<'a>(
    fits: &[&'a Arc<Standard>],
    adopted: &[Arc<Standard>],
    start: NaiveDate,
) -> Option<&'a Arc<Standard>> {
    let reference = fits.first()?.reference().reference();
    if fits.iter().any(|one| one.reference().reference() != reference) {
        return None;
    }
    let all = versions(reference, adopted);
    let version = &of_start(&all, start)?.version;
    fits.iter().copied().find(|one| one.reference().version() == version)
}

/// Returns which adopted version a text names, and whether exactly. A version that a spreadsheet changed is accepted
/// only if there is one candidate.
pub fn versioned<'a>(fits: &[&'a Arc<Standard>], version: &str) -> Option<(&'a Arc<Standard>, bool)> {
    let of = |one: &Arc<Standard>| one.reference().version().to_owned();
    if let Some(found) = fits.iter().find(|one| of(one).eq_ignore_ascii_case(version)) {
        return Some((found, true));
    }
    match fits {
        [one] if alike(&of(one), version) => Some((one, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_order_by_their_numbers() {
        let mut versions = ["1.10", "1.9", "2", "1", "1.9.1", "1.x"];
        versions.sort_by_key(|version| order(version));
        assert_eq!(versions, ["1", "1.9", "1.9.1", "1.10", "1.x", "2"]);
    }

    #[test]
    fn a_version_is_the_same_however_a_spreadsheet_wrote_it() {
        for (one, other) in [("1", "1.0"), ("v1.1", "1.1"), ("1.10", "1.1"), ("01.0", "1"), ("V2", "2.0")] {
            assert!(alike(one, other) && alike(other, one), "{one} {other}");
        }
        for (one, other) in [("1", "1.1"), ("10", "1"), ("2", "1.0"), ("", "1"), ("1.0.0", "1"), ("1.a0", "1.a")] {
            assert!(!alike(one, other) && !alike(other, one), "{one} {other}");
        }
    }

    #[test]
    fn a_start_belongs_to_the_version_that_began_last_before_it() {
        let read = |text: &str| text.parse::<VersionDates>().unwrap();
        let day = |text: &str| crate::primitives::date::parse_day(text).unwrap();
        let all = [read("2.0 2026-03-25 -"), read("1.1 2024-11-01 -"), read("1.0 2017-03-31 2024-10-31")];
        for (start, version) in [
            ("2017-03-30", None),
            ("2017-03-31", Some("1.0")),
            ("2024-10-31", Some("1.0")),
            ("2024-11-01", Some("1.1")),
            ("2026-03-24", Some("1.1")),
            ("2026-03-25", Some("2.0")),
        ] {
            assert_eq!(of_start(&all, day(start)).map(|one| one.version.as_str()), version, "{start}");
        }
        assert_eq!(of_start(&[read("1 - -"), read("2 - -")], day("2026-01-01")), None);
    }
}
