//! Combines the drafts of several dialogs in one draft per trainee. Fields of the sign dialog have plain names; those of
//! others are prefixed with the dialog's name and a dot.

use crate::msg::Draft;
use countersign_core::primitives::ids::KsbCode;

/// Returns one dialog's fields; the sign dialog's name is empty.
pub fn of(draft: &Draft, dialog: &str) -> Draft {
    let own = |name: &str| {
        if dialog.is_empty() { (!name.contains('.')).then(|| name.to_owned()) } else { stripped(name, dialog) }
    };
    draft.iter().filter_map(|(name, value)| Some((own(name)?, value.clone()))).collect()
}

/// The draft field that names its target: a draft is restored only for the same target.
const FOR: &str = "for";

/// Returns the target of a draft: a set of KSBs, in any order, and an outcome.
pub fn target(codes: &[KsbCode], outcome: &str) -> String {
    let mut codes: Vec<KsbCode> = codes.to_vec();
    codes.sort_unstable();
    codes.dedup();
    let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
    format!("{outcome} {}", codes.join(" "))
}

/// Returns one dialog's draft, if it was typed for `target`.
pub fn of_one(draft: &Draft, dialog: &str, target: &str) -> Draft {
    let mut own = of(draft, dialog);
    let typed_for = own.iter().position(|(name, _)| name == FOR).map(|at| own.remove(at).1);
    if typed_for.unwrap_or_default() == target { own } else { Draft::new() }
}

/// Adds the target to a draft; an empty target fits any subject.
pub fn aimed(mut own: Draft, target: &str) -> Draft {
    if !target.is_empty() && !own.is_empty() {
        own.push((FOR.to_owned(), target.to_owned()));
    }
    own
}

/// Returns the fields of all other dialogs.
pub fn for_dialog(draft: &Draft, dialog: &str) -> Draft {
    let other = |name: &str| if dialog.is_empty() { name.contains('.') } else { stripped(name, dialog).is_none() };
    draft.iter().filter(|(name, _)| other(name)).cloned().collect()
}

/// Replaces this dialog's fields in the draft.
pub fn with(draft: &Draft, dialog: &str, own: Draft) -> Draft {
    let mut all = for_dialog(draft, dialog);
    let named = |name: String| if dialog.is_empty() { name } else { format!("{dialog}.{name}") };
    all.extend(own.into_iter().map(|(name, value)| (named(name), value)));
    all
}

fn stripped(name: &str, dialog: &str) -> Option<String> {
    Some(name.strip_prefix(dialog)?.strip_prefix('.')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(pairs: &[(&str, &str)]) -> Draft {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_was_typed_for_one_thing_is_offered_for_no_other_and_not_lost() {
        let typed = with(&draft(&[("where", "lab")]), "sample", aimed(draft(&[("reason", "y")]), "one"));
        assert_eq!(of_one(&typed, "sample", "one"), draft(&[("reason", "y")]));
        assert_eq!(of_one(&typed, "sample", "two"), Draft::new());
        assert_eq!(of_one(&with(&typed, "hours", draft(&[("day", "today")])), "hours", ""), draft(&[("day", "today")]));
        assert_eq!(of(&typed, ""), draft(&[("where", "lab")]));
    }

    #[test]
    fn each_dialog_finds_its_own_words_and_leaves_the_others() {
        let all = draft(&[("where", "lab"), ("review.held", "today"), ("review.next", "x"), ("sample.reason", "y")]);
        assert_eq!(of(&all, ""), draft(&[("where", "lab")]));
        assert_eq!(of(&all, "review"), draft(&[("held", "today"), ("next", "x")]));
        for dialog in ["", "review", "sample"] {
            assert_eq!(for_dialog(&all, dialog).len() + of(&all, dialog).len(), all.len());
            let again = with(&all, dialog, of(&all, dialog));
            for other in ["", "review", "sample"] {
                assert_eq!(of(&again, other), of(&all, other), "{dialog} {other}");
            }
            assert_eq!(of(&with(&all, dialog, Draft::new()), dialog), Draft::new());
        }
    }
}
