//! Names in full what documents of every form print.

use countersign_core::statement::kinds::sign_off::Method;

/// How an item was seen that only an earlier record has.
pub const CARRIED: &str = "Carried over from an earlier record";

/// Says how many of a figure are carried over: `, counting 14 carried over`; empty if none is.
pub fn carried_words(carried: u16) -> String {
    if carried == 0 { String::new() } else { format!(", counting {carried} carried over") }
}

/// Names a method, for readers who do not know its abbreviation.
pub fn method_words(method: Method) -> &'static str {
    match method {
        Method::Dops => "Direct observation",
        Method::Oce => "Observed clinical event",
        Method::Cbd => "Case-based discussion",
        Method::Msf => "Multi-source feedback",
        Method::EvidenceReview => "Review of records",
    }
}
