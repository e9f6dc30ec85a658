//! Says what an exchange with the hub brought, in words.

use countersign_app::hub::copy::CopyOutcome;
use countersign_app::hub::pull::{PullOutcome, PulledLogs, SitePulled};
use countersign_app::verify::log::evidence_words;
use countersign_core::primitives::text::counted;

/// Returns the lines for a reader, and the warnings.
pub fn words(pulled: &PulledLogs) -> (Vec<String>, Vec<String>) {
    let (mut lines, mut warnings) = (Vec::new(), Vec::new());
    for site in &pulled.sites {
        let name = site.site.as_deref().unwrap_or_else(|| site.origin.as_str());
        match &site.outcome {
            PullOutcome::Copied(CopyOutcome::Grown { from, size }) => {
                lines.push(format!("Fetched and checked {} of {name}", counted(size - from, "entry")));
            }
            PullOutcome::Copied(CopyOutcome::Same { .. }) => lines.push(format!("Nothing new from {name}")),
            PullOutcome::Copied(CopyOutcome::Rejected { evidence: Some(file), .. }) => {
                warnings.extend(site.why().map(|(why, hint)| format!("{why}. {hint}")));
                warnings.push(evidence_words(file, true));
            }
            _ => warnings.extend(site.why().map(|(why, hint)| format!("{why}. {hint}"))),
        }
    }
    for one in &pulled.brought {
        if one.new > 0 {
            lines.push(format!("{}: {} new", one.trainee.name, counted(one.new as u64, "statement")));
        }
        if one.erased > 0 {
            let erased = counted(one.erased as u64, "statement");
            lines.push(format!("{}: {erased} deleted, because their own log erased them", one.trainee.name));
        }
        let refused = one.refused.iter().chain(&one.traces);
        warnings
            .extend(refused.map(|error| format!("{}. {}", error.sentence(), error.hint.clone().unwrap_or_default())));
    }
    for error in &pulled.not_cosigned {
        warnings.push(format!("{}. {}", error.sentence(), error.hint.clone().unwrap_or_default()));
    }
    if pulled.witnesses > 0 {
        let departments = counted(pulled.witnesses as u64, "other department");
        let verb = if pulled.witnesses == 1 { "has" } else { "have" };
        lines.push(format!("{departments} {verb} cosigned this log"));
    }
    (lines, warnings)
}

/// Returns the word for what became of a log.
pub fn outcome(site: &SitePulled) -> &'static str {
    match &site.outcome {
        PullOutcome::Copied(CopyOutcome::Same { .. }) => "same",
        PullOutcome::Copied(CopyOutcome::Grown { .. }) => "grown",
        PullOutcome::Copied(CopyOutcome::Rejected { .. }) => "rejected",
        PullOutcome::Copied(CopyOutcome::Busy) => "busy",
        PullOutcome::NotThere => "not-there",
        PullOutcome::NotReadable => "not-readable",
        PullOutcome::Stopped => "stopped",
        PullOutcome::Failed(_) => "failed",
    }
}

/// Returns the entries of a copy that is sound.
pub fn size(site: &SitePulled) -> Option<u64> {
    match &site.outcome {
        PullOutcome::Copied(CopyOutcome::Same { size } | CopyOutcome::Grown { size, .. }) => Some(*size),
        _ => None,
    }
}
