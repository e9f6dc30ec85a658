//! The record pane says what was said of a sign-off since, in words.

use countersign_core::record::ksb_status;
use countersign_core::record::view::{AnnotationMark, Record};
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::sample::Sampled;
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_tui::keymap::{Keymap, OwnKeys};
use countersign_tui::pane::record::render;
use countersign_tui::pane::record_subject::{Reader, RecordKsb, RenderContext, Subject};
use countersign_tui::theme::{Appearance, Theme};
use ratatui::layout::Rect;

use crate::tui_face::{clean, day, id, record, standing, statement};

fn mark(kind: Kind, sampled: Option<Sampled>, reason: Option<&str>) -> AnnotationMark {
    AnnotationMark {
        id: statement(90),
        kind,
        sampled,
        at: "2026-11-02T09:00:00Z".parse().unwrap(),
        by: id("03d2"),
        by_name: clean("P. Sudbury"),
        reason: reason.map(clean),
        withdrawn: false,
        in_review: false,
    }
}

fn shown(change: impl FnOnce(&mut Record)) -> String {
    let mut one = record("S26", Outcome::Achieved, "02c1", "S. Supervisor");
    change(&mut one);
    let of = standing("7f3a", "A. Trainee");
    let ksb = of.ksb("S26".parse().unwrap()).unwrap();
    let (theme, keymap) = (Theme::choose(Appearance::FULL), Keymap::new(&OwnKeys::new()).unwrap());
    let just = [].into();
    let setting = RenderContext {
        today: day("2026-11-21"),
        theme: &theme,
        keymap: &keymap,
        reader: Reader::Department,
        name: None,
        just: &just,
    };
    let subject = Subject::Ksb(
        RecordKsb { ksb, state: ksb_status::State::Signed, local: None, left: None, of: &of },
        Some(std::slice::from_ref(&one)),
        None,
    );
    let lines = render(&subject, setting, Rect::new(0, 0, 100, 30)).lines;
    let line = |pieces: Vec<(String, _)>| pieces.into_iter().map(|(words, _)| words).collect::<String>();
    lines.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_record_says_that_it_is_countersigned_sampled_acknowledged_disputed_or_in_review() {
    for (kind, sampled, reason, words) in [
        (Kind::Countersign, None, None, "countersigned 2 Nov by P. Sudbury"),
        (Kind::Sample, Some(Sampled::Accepted), None, "sample accepted 2 Nov by P. Sudbury"),
        (Kind::Sample, Some(Sampled::Rejected), Some("Thin"), "sample rejected 2 Nov by P. Sudbury"),
        (Kind::Acknowledge, None, None, "P. Sudbury read it 2 Nov"),
        (Kind::Dispute, None, Some("I was away"), "P. Sudbury disputed it 2 Nov"),
    ] {
        let text = shown(|record| record.marks.push(mark(kind, sampled, reason)));
        assert!(text.contains(words), "{text}");
        assert!(reason.is_none_or(|reason| text.contains(reason)), "{text}");
    }
    let text = shown(|record| {
        record.marks.push(AnnotationMark { withdrawn: true, ..mark(Kind::Countersign, None, None) });
        record.in_review = true;
    });
    assert!(text.contains("countersigned 2 Nov by P. Sudbury, withdrawn"), "{text}");
    assert!(text.contains("under review: the signing key was compromised"), "{text}");
    assert!(!shown(|_| {}).contains("P. Sudbury"));
}
