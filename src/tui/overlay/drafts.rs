//! One draft a trainee for several dialogs: the names of the sign dialog's fields are plain, those of the others have the dialog's
//! name and a dot before them. Must never let one dialog take another's words away.

use crate::tui::msg::Draft;

/// What a dialog typed the last time; the sign dialog's name is empty.
#[must_use]
pub fn of(draft: &Draft, dialog: &str) -> Draft {
    let own = |name: &str| {
        if dialog.is_empty() { (!name.contains('.')).then(|| name.to_owned()) } else { stripped(name, dialog) }
    };
    draft.iter().filter_map(|(name, value)| Some((own(name)?, value.clone()))).collect()
}

/// What the other dialogs typed.
#[must_use]
pub fn beside(draft: &Draft, dialog: &str) -> Draft {
    let other = |name: &str| if dialog.is_empty() { name.contains('.') } else { stripped(name, dialog).is_none() };
    draft.iter().filter(|(name, _)| other(name)).cloned().collect()
}

/// The draft with what this dialog typed in the place of what it had.
#[must_use]
pub fn with(draft: &Draft, dialog: &str, own: Draft) -> Draft {
    let mut all = beside(draft, dialog);
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
    fn each_dialog_finds_its_own_words_and_leaves_the_others() {
        let all = draft(&[("where", "lab"), ("review.held", "today"), ("review.next", "x"), ("sample.reason", "y")]);
        assert_eq!(of(&all, ""), draft(&[("where", "lab")]));
        assert_eq!(of(&all, "review"), draft(&[("held", "today"), ("next", "x")]));
        for dialog in ["", "review", "sample"] {
            assert_eq!(beside(&all, dialog).len() + of(&all, dialog).len(), all.len());
            let again = with(&all, dialog, of(&all, dialog));
            for other in ["", "review", "sample"] {
                assert_eq!(of(&again, other), of(&all, other), "{dialog} {other}");
            }
            assert_eq!(of(&with(&all, dialog, Draft::new()), dialog), Draft::new());
        }
    }
}
