//! Reports how days in a command's filter were understood.

use crate::args::Command;
use crate::commands::claims::claim::ClaimVerb;
use crate::commands::programme::hours::HoursVerb;
use crate::commands::report::kind::ReportKind;
use countersign_app::clock::{Clock as _, SystemClock};
use countersign_core::filter::Filter;
use countersign_core::filter::schema::FilterTarget;

/// Returns how the days in a command's filter were understood, if typed without a year.
pub fn parsed_days(command: &Command) -> Vec<String> {
    let (words, list) = match command {
        Command::Outstanding(asked) => (&asked.filter, FilterTarget::Outstanding),
        Command::Trainee(asked) => (&asked.filter, FilterTarget::Ksbs),
        Command::Queue(asked) => (&asked.filter, FilterTarget::Queue),
        Command::Cohort(asked) => (&asked.filter, FilterTarget::Cohort),
        Command::Report(kind) => match kind.as_ref() {
            ReportKind::Matrix(asked) => (&asked.filter, FilterTarget::Cohort),
            ReportKind::Cohort(asked) => (&asked.filter, FilterTarget::Cohort),
            ReportKind::Activity(_)
            | ReportKind::Person(_)
            | ReportKind::Portfolio(_)
            | ReportKind::Review(_)
            | ReportKind::Certificate(_)
            | ReportKind::Gateway(_) => {
                return Vec::new();
            }
        },
        Command::SecondChecks(asked) => (&asked.filter, FilterTarget::Looks),
        Command::History(asked) => (&asked.filter, FilterTarget::History),
        Command::Claim(asked) => match &asked.verb {
            Some(ClaimVerb::List { filter }) => (filter, FilterTarget::Claims),
            _ => return Vec::new(),
        },
        Command::Hours(HoursVerb::List(asked)) => (&asked.filter, FilterTarget::Hours),
        Command::Reviews(asked) if asked.filter.first().is_some_and(|first| first.contains(':')) => {
            (&asked.filter, FilterTarget::Reviews)
        }
        Command::Reviews(asked) => (&asked.filter, FilterTarget::Programme),
        _ => return Vec::new(),
    };
    Filter::parsed_days(&words.join(" "), list, SystemClock.today())
}
