//! Names in full what documents of every form print.

use countersign_core::statement::kinds::sign_off::Method;

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
