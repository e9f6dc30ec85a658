//! What the rules would refuse is said when a dialog opens, before anyone shows who they are, in the words that the signature
//! would be refused with; and nothing is written by the asking.

use countersign_tui::msg::acts::{Action, ActionRequest, SignMode};
use countersign_tui::msg::{Effect, Msg, Outcome};
use countersign_tui::runtime::event_loop::EffectHandler as _;
use countersign_tui::view::draw_overlay;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::cli::book::{Book, SUPERVISOR};
use crate::live::{ADA, Live, VERA, sound, staffed};
use crate::tui_face::{clean, code};

const LIST: &str = include_str!("../../data/competences-example.toml");

/// With the example's list, of which a training officer alone signs L3; and these changes.
fn listed(changes: &[(&str, &str)]) -> Book {
    let book = staffed();
    let mut text = LIST.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let path = book.0.path().join("list.toml");
    std::fs::write(&path, text).unwrap();
    book.officer(&["competences", "import", path.to_str().unwrap(), "--yes"]).done();
    book
}

fn open(live: &mut Live, codes: &[&str], keys: &str) {
    live.model.trainee_view.marks.clear();
    live.model.trainee_view.marks.extend(codes.iter().map(|text| code(text)));
    live.keys(keys);
}

/// The words of the dialog without its lines and breaks.
fn words(live: &Live) -> String {
    let area = Rect::new(0, 0, live.model.size.0, live.model.size.1);
    let mut buf = Buffer::empty(area);
    draw_overlay(&live.model, &mut buf, area);
    let text: String = area.positions().map(|at| buf[at].symbol()).collect();
    let plain: String = text.chars().filter(|c| !"│╭╮╰╯─".contains(*c)).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn who_may_not_sign_a_local_competence_reads_so_before_the_pin_and_which_of_the_marked_it_is() {
    let others =
        ("observations = 5\nmonths = 24\n", "observations = 5\nmonths = 24\nmay-sign = [\"training-officer\"]\n");
    let may_not = "Sam Supervisor may not sign off";
    for (changes, codes, said) in [
        (&[][..], &["L3"][..], Some(format!("{may_not} L3"))),
        (&[others], &["L1", "L3"], Some(format!("{may_not} L1. L3 is refused too"))),
        (&[], &["K1", "L1", "L4"], None),
    ] {
        let mut live = Live::new(listed(changes), "Sam", SUPERVISOR);
        let size = live.book.size();
        for key in ["s", "n"] {
            open(&mut live, codes, key);
            let shown = words(&live);
            match &said {
                Some(said) => {
                    assert!(shown.contains(said), "{codes:?}: {shown}");
                    assert!(shown.contains("a supervisor who is a training officer"), "{shown}");
                }
                None => assert!(!shown.contains("may not sign off"), "{codes:?}: {shown}"),
            }
            live.keys("esc");
        }
        assert_eq!(live.book.size(), size);
    }
    // Among others that may be signed, they are left out.
    for (changes, out) in [(&[][..], "L3"), (&[others], "L1 L3")] {
        let mut live = Live::new(listed(changes), "Sam", SUPERVISOR);
        open(&mut live, &["K1", "L1", "L3"], "s");
        assert!(!words(&live).contains("may not sign off"), "{}", words(&live));
        assert_eq!(live.said(), format!("Left out {out}, which you may not sign off"));
    }
}

#[test]
fn what_is_foretold_is_what_the_signature_is_refused_with() {
    let mut live = Live::new(listed(&[]), "Sam", SUPERVISOR);
    open(&mut live, &["L3"], "s");
    let foretold = words(&live);
    live.keys(&format!("'{SUPERVISOR}'"));
    live.keys("enter");
    let what = "Sam Supervisor may not sign off L3";
    assert!(foretold.contains(what) && words(&live).contains(what), "{foretold}\n{}", words(&live));
}

#[test]
fn an_answer_to_a_claim_that_would_be_refused_says_so_when_it_opens() {
    let book = listed(&[]);
    let secret = book.keep("ada", ADA);
    let claim = ["claim", "L3", "K1", "--reflection", "Did it", "--as", "Ada", "--passphrase-file", secret.as_str()];
    book.run(&claim).done();
    let mut live = Live::new(book, "Sam", SUPERVISOR);
    live.keys("2 s");
    let shown = words(&live);
    assert!(shown.contains("Sam Supervisor may not sign off L3"), "{shown}");
}

#[test]
fn a_sample_of_what_a_sample_rejected_is_refused_before_the_passphrase() {
    let mut live = Live::new(staffed(), "Vera", VERA);
    live.book.supervisor(&["sign-off", "Ada", "K1"]).done();
    live.say(Msg::Changed);
    open(&mut live, &[], ": 'K1' enter S");
    assert!(!words(&live).contains("It was rejected"), "{}", words(&live));
    live.keys("esc");
    let id = live.newest("sign-off")["id"].as_str().unwrap().to_owned();
    let secret = live.book.keep("vera", VERA);
    let sample = ["sample", id.as_str(), "--reject", "--reason", "Nothing shows it", "--as", "Vera"];
    live.book.run(&[&sample[..], &["--passphrase-file", secret.as_str()]].concat()).done();
    live.say(Msg::Changed);
    open(&mut live, &[], "S");
    assert!(words(&live).contains("It was rejected, so it no longer counts"), "{}", words(&live));
    live.keys("esc");
    sound(&live.book);
}

#[test]
fn a_dry_run_of_what_is_not_signed_writes_nothing() {
    let mut live = Live::new(staffed(), "Sam", SUPERVISOR);
    let ada = live.id("Ada");
    let hours = Action::EnterHours {
        trainee: ada.clone(),
        day: live.model.today,
        hours: "3".parse().unwrap(),
        what: clean("Audit"),
        codes: Vec::new(),
    };
    let request = |mode| {
        let (signer, action) = (ada.clone(), hours.clone());
        Effect::Sign(Box::new(ActionRequest { signer, action, credential: None, mode }))
    };
    let before = live.door.perform(Effect::LoadProgramme(ada.clone()));
    assert_eq!(live.door.perform(request(SignMode::DryRun)), Outcome::Nothing);
    assert_eq!(live.door.perform(Effect::LoadProgramme(ada.clone())), before);
    let written = live.door.perform(request(SignMode::Write));
    assert!(matches!(written, Outcome::Signed(_)), "{written:?}");
    assert_ne!(live.door.perform(Effect::LoadProgramme(ada)), before);
}
