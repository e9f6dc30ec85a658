//! Files of local competences: what is read, and what is said of what cannot be, with its line.

use countersign_core::import::diagnostic::Severity;
use countersign_core::import::local::read::local;
use countersign_core::standard::file::st0413;
use countersign_core::standard::local_parts::faults_with;
use countersign_core::standard::local_text::canonical;

const EXAMPLE: &str = include_str!("../../data/competences-example.toml");

const CSV: &str = "reference,CARDIO-LOCAL\nversion,1\ntitle,Cardiology: local competences (example)\nbeside,ST0413 1.1\n\
    code,text,observations,months,ksbs,may-sign\n\
    L1,\"Records a 12-lead ECG of diagnostic quality, and repeats it where the trace is not.\",5,24,K13 S6 S13,\n\
    L2,Fits an ambulatory ECG monitor and explains to the patient how to wear it.,3,24,S12 S13 B1,\n\
    L3,\"Assists at an exercise test, and says aloud when it must be stopped.\",5,12,K24;S13,training-officer\n\
    L4,Cleans and checks the recording equipment at the end of the day.,,,K7 S7,\n";

#[test]
fn the_example_is_a_list_that_is_next_to_the_shipped_standard_and_is_the_same_as_csv() {
    let standard = st0413().unwrap().0;
    let [toml, csv] = [EXAMPLE, CSV].map(|text| local(text.as_bytes()));
    for intake in [&toml, &csv] {
        assert_eq!(intake.remarks, [], "{:?}", intake.form);
        assert_eq!(faults_with(intake.list.as_ref().unwrap(), &standard), []);
    }
    assert_eq!(canonical(&toml.list.unwrap()), canonical(&csv.list.unwrap()));
}

/// The words and line of the first fault, once the standard was asked too.
fn fault(text: &str) -> (String, Option<usize>) {
    let mut intake = local(text.as_bytes());
    let standard = st0413().unwrap().0;
    if let Some(list) = intake.list.clone() {
        for fault in &faults_with(&list, &standard) {
            intake.fault(fault);
        }
    }
    assert!(intake.list.is_none(), "{text}");
    let first = intake.of(Severity::Fault).next().unwrap();
    assert!(!first.hint.is_empty(), "{first}");
    (first.what.clone(), first.place.as_ref().map(|place| place.line))
}

fn line_of(text: &str, words: &str) -> usize {
    text.lines().position(|line| line.contains(words)).unwrap() + 1
}

#[test]
fn a_wrong_code_and_an_absurd_figure_are_told_in_plain_words_with_their_line_in_either_form() {
    for code in ["L0", "L01", "L1000", "L", "C1", "1", "L-1", "L1.5", "Competence 1"] {
        let (said, line) = fault(&EXAMPLE.replacen("code = \"L2\"", &format!("code = \"{code}\""), 1));
        let words =
            format!("“{code}” is not the code of a competence: that is L and a number from 1 to 999, such as L1");
        assert_eq!((said, line), (words.clone(), Some(line_of(EXAMPLE, "code = \"L2\""))), "{code}");
        let (said, line) = fault(&CSV.replacen("L2,", &format!("{code},"), 1));
        assert_eq!((said, line), (words, Some(line_of(CSV, "L2,"))), "{code}");
    }
    for figure in ["1e308", "-5", "99999999999999999999", "nan", "0", "7.5"] {
        let (said, line) = fault(&EXAMPLE.replacen("months = 12", &format!("months = {figure}"), 1));
        assert_eq!(line, Some(line_of(EXAMPLE, "months = 12")), "{figure}: {said}");
        assert!(!said.contains("expected") && !said.contains("invalid type"), "{figure}: {said}");
        let (said, line) = fault(&CSV.replacen(",5,12,", &format!(",5,{figure},"), 1));
        assert_eq!(line, Some(line_of(CSV, "L3,")), "{figure}: {said}");
    }
}

#[test]
fn what_cannot_be_a_list_is_told_with_its_line_in_either_form() {
    for (from, to, words, at) in [
        ("code = \"L2\"", "code = \"L1\"", "L1 appears twice", "code = \"L1\" # here"),
        (
            "code = \"L2\"",
            "code = \"S2\"",
            "S2 is the code of a KSB. A competence has L and a number from 1 to 999",
            "# here",
        ),
        (
            "code = \"L2\"",
            "code = \"L1000\"",
            "“L1000” is not the code of a competence: that is L and a number from 1 to 999",
            "# here",
        ),
        ("observations = 3", "observations = 0", "L2 asks for 0 observations. Use 1 to 100", "# here"),
        ("observations = 3", "observations = 1000", "L2 asks for 1000 observations. Use 1 to 100", "# here"),
        ("observations = 3", "observations = -1", "L2 observations: -1 is not a number that can be", "# here"),
        ("months = 12", "months = 0", "L3 is due again after 0 months", "# here"),
        ("months = 12", "months = 121", "L3 is due again after 121 months", "# here"),
        (
            "ksbs = [\"K7\", \"S7\"]",
            "ksbs = [\"K7\", \"S99\"]",
            "L4 is linked to S99, which is not a KSB of ST0413 1.1",
            "# here",
        ),
        ("ksbs = [\"K7\", \"S7\"]", "ksbs = [\"K7\", \"K7\"]", "L4 is linked to K7 twice", "# here"),
        ("ksbs = [\"K7\", \"S7\"]", "ksbs = [\"K7\", \"L1\"]", "L4 is linked to L1, which is not a KSB", "# here"),
        ("[\"training-officer\"]", "[\"porter\"]", "“porter” is not who may sign", "# here"),
        ("[\"training-officer\"]", "[\"trainee\"]", "“trainee” is not who may sign", "# here"),
        ("beside = [\"ST0413 1.1\"]", "beside = [\"ST0413\"]", "“ST0413” is not a standard and its version", "# here"),
        ("beside = [\"ST0413 1.1\"]", "beside = []", "The list does not name a standard that it goes with", "# here"),
        ("title = \"Cardiology", "title = \" Cardiology", "The title: ", "# here"),
        ("reference = \"CARDIO-LOCAL\"", "reference = \"CARDIO LOCAL\"", "“CARDIO LOCAL” is not", "# here"),
        ("months = 12", "month = 12", "The file cannot be read: unknown field `month`", "# here"),
    ] {
        assert!(EXAMPLE.contains(from), "{from}");
        let text = EXAMPLE.replacen(from, &format!("{to} # here"), 1).replace("# here: local", ": local");
        let text = if to.starts_with("title") { EXAMPLE.replacen(from, to, 1) } else { text };
        let line = if to.starts_with("title") { line_of(&text, "title =") } else { line_of(&text, at) };
        let (what, found) = fault(&text);
        assert!(what.contains(words), "{words}: {what}");
        assert_eq!(found, Some(line), "{words}");
    }
    for (from, to, words, at) in [
        ("L2,Fits", "L1,Fits", "L1 appears twice", Some("L1,Fits")),
        (",3,24,S12", ",0,24,S12", "L2 asks for 0 observations", Some("L2,")),
        (",3,24,S12", ",1000,24,S12", "L2 asks for 1000 observations", Some("L2,")),
        (",3,24,S12", ",many,24,S12", "“many” is not a number", Some("L2,")),
        (",3,24,S12", ",3,0,S12", "L2 is due again after 0 months", Some("L2,")),
        ("S12 S13 B1", "S12 S13 B99", "L2 is linked to B99, which is not a KSB of ST0413 1.1", Some("L2,")),
        ("training-officer", "porter", "“porter” is not who may sign", Some("L3,")),
        ("beside,ST0413 1.1\n", "", "The list does not name a standard that it goes with", None),
        ("beside,ST0413 1.1\n", "beside,ST0413 1.1\nbeside,ST0413 1.1\n", "ST0413 1.1 is named twice", Some("code,")),
        ("version,1\n", "", "The file does not give the version", None),
        ("L2,Fits", "L2,=Fits", "L2: The cell begins with “=”, as a formula does", Some("L2,")),
        ("code,text,observations", "kode,text,observations", "There is no row “code,text,…”", None),
        ("version,1\n", "version,1\nlevel,3\n", "“level” cannot come before", Some("level,")),
    ] {
        assert!(CSV.contains(from), "{from}");
        let text = CSV.replacen(from, to, 1);
        let (what, found) = fault(&text);
        assert!(what.contains(words), "{words}: {what}");
        let line = at.map(|at| line_of(&text, at) - usize::from(at == "code,"));
        assert_eq!(found, line, "{words}");
    }
    for bad in ["", "{\"code\": \"L1\"}", "%PDF-1.7", "code,text\n\"L1,open"] {
        fault(bad);
    }
    fault(&format!("{CSV}{}", "L1,x,,,,\n".repeat(600)));
}
