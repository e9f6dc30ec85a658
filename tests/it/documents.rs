//! Every document of the demo department, made on one day and kept as reviewed text, in the order in which it is read, and as
//! reviewed pictures of its pages.

mod office;
mod picture;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use chrono::{Local, Offset as _, TimeZone as _};
use countersign_app::app::App;
use countersign_app::cohort::grid;
use countersign_app::demo::Demo;
use countersign_app::mail::addresses::MailAddress;
use countersign_app::mail::digest::{DigestRequest, MailOutcome, recipients, send_digests};
use countersign_app::mail::sending::MailRoute;
use countersign_app::report::file::{DocumentFormat, SheetFormat};
use countersign_app::report::matrix::{MatrixAsked, MatrixOf};
use countersign_app::report::{activity, certificate, cohort, gateway, matrix, person, portfolio, review};
use countersign_core::filter::Filter;
use countersign_core::primitives::date::{Timestamp, parse_day};
use countersign_core::primitives::ids::PersonId;
use countersign_core::programme::cohort::CohortOrder;
use picture::Picture;

use crate::demo::at as department;
use crate::signer::person as named;

const NOON: &str = "2026-11-20T12:00:00Z";

/// The demo department on one day, with its data folder and Alex Trainee; `None` where the clock does not show UTC.
fn demo() -> Option<(tempfile::TempDir, App, PersonId)> {
    let at: Timestamp = NOON.parse().unwrap();
    if Local.timestamp_opt(at.seconds(), 0).unwrap().offset().fix().local_minus_utc() != 0 {
        println!("skipped: documents print local time, and the texts that are kept are those of UTC");
        return None;
    }
    let (folder, Demo { app, .. }) = department(NOON);
    let alex = named(&app, "Alex Trainee");
    Some((folder, app, alex))
}

/// Returns what a reader of the pages reads, from one to the other.
fn read(folder: &tempfile::TempDir, bytes: &[u8], pages: [u32; 2]) -> Option<String> {
    let path = folder.path().join("document.pdf");
    std::fs::write(&path, bytes).unwrap();
    let [first, last] = pages.map(|page| page.to_string());
    let output = Command::new("pdftotext").args(["-raw", "-f", &first, "-l", &last]).arg(&path).arg("-").output();
    let Ok(output) = output else {
        println!("skipped: pdftotext is not here");
        return None;
    };
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap().replace('\u{c}', "\n----- next page -----\n"))
}

/// Compares a document with its reviewed text and pictures.
fn reviewed(name: &str, folder: &tempfile::TempDir, pdf: &[u8], pages: [u32; 2]) {
    kept(&format!("document-{name}"), read(folder, pdf, pages));
    if let Some(drawn) = picture::drawn(&folder.path().join("document.pdf"), pages, picture::REVIEWED) {
        picture::kept(name, &drawn);
    }
}

fn kept(name: &str, text: Option<String>) {
    if let Some(text) = text {
        insta::with_settings!({ prepend_module_to_snapshot => false }, { insta::assert_snapshot!(name, text) });
    }
}

#[test]
#[ignore = "slow: pages are drawn by other programs"]
fn the_papers_of_the_demo_read_as_they_were_reviewed() {
    let Some((folder, app, alex)) = demo() else { return };
    let all = [1, 99];
    let everyone = Filter::default();
    let asked = |of| MatrixAsked { of, filter: &everyone, typed: "", cells: false };
    let list = asked(MatrixOf::List("CARDIO-LOCAL"));
    let pdf = matrix::document(&app, list, DocumentFormat::Pdf, None).unwrap();
    reviewed("matrix", &folder, &pdf, all);
    let standard = asked(MatrixOf::Standard("ST0413"));
    let pdf = matrix::document(&app, standard, DocumentFormat::Pdf, None).unwrap();
    reviewed("matrix-of-a-standard", &folder, &pdf, [1, 1]);
    let pdf = person::document(&app, &alex, DocumentFormat::Pdf, None).unwrap();
    reviewed("person", &folder, &pdf, all);
    let pdf = portfolio::portfolio(&app, &alex, None).unwrap();
    reviewed("portfolio", &folder, &pdf, [1, 4]);
    let pdf = review::review(&app, &alex, None, None).unwrap();
    reviewed("review", &folder, &pdf, all);
    let pdf = certificate::certificate(&app, &alex, None).unwrap();
    reviewed("certificate", &folder, &pdf, all);
}

#[test]
#[ignore = "slow: pages are drawn by other programs"]
fn the_gateway_package_of_the_demo_reads_as_it_was_reviewed() {
    let Some((folder, app, alex)) = demo() else { return };
    let bytes = gateway::package(&app, &alex, None).unwrap();
    let path = folder.path().join("gateway.zip");
    std::fs::write(&path, bytes).unwrap();
    let file = |name: &str| {
        let output = Command::new("unzip").arg("-p").arg(&path).arg(name).output().ok()?;
        output.status.success().then_some(output.stdout)
    };
    let Some((readme, declaration)) = file("README.txt").zip(file("gateway.pdf")) else {
        return println!("skipped: unzip is not here");
    };
    kept("document-gateway-readme", Some(String::from_utf8(readme).unwrap()));
    reviewed("gateway", &folder, &declaration, [1, 2]);
}

#[test]
#[ignore = "slow: pages are drawn by other programs"]
fn the_pictures_of_documents_in_the_guide_are_pages_as_the_program_writes_them() {
    let Some((folder, app, alex)) = demo() else { return };
    let everyone = Filter::default();
    let asked = MatrixAsked { of: MatrixOf::List("CARDIO-LOCAL"), filter: &everyone, typed: "", cells: false };
    let matrix = matrix::document(&app, asked, DocumentFormat::Pdf, None).unwrap();
    let person = person::document(&app, &alex, DocumentFormat::Pdf, None).unwrap();
    let package = folder.path().join("package.zip");
    std::fs::write(&package, gateway::package(&app, &alex, None).unwrap()).unwrap();
    let Ok(output) = Command::new("unzip").arg("-p").arg(&package).arg("gateway.pdf").output() else {
        return println!("skipped: unzip is not here");
    };
    let review = review::review(&app, &alex, None, None).unwrap();
    let certificate = certificate::certificate(&app, &alex, None).unwrap();
    let portfolio = portfolio::portfolio(&app, &alex, None).unwrap();
    let (declaration, index) = ((&output.stdout, [1, 1]), (&output.stdout, [2, 2]));
    for (name, parts) in [
        ("paper-assessor", vec![(&person, [1, 2]), declaration]),
        ("paper-head", vec![(&matrix, [1, 1])]),
        ("paper-next-employer", vec![(&certificate, [1, 1])]),
        ("paper-provider", vec![(&review, [1, 1]), index]),
        ("portfolio", vec![(&portfolio, [1, 3])]),
    ] {
        let file = folder.path().join("page.pdf");
        let mut pages = Vec::new();
        for (pdf, of) in parts {
            std::fs::write(&file, pdf).unwrap();
            let Some(drawn) = picture::drawn(&file, of, picture::IN_GUIDE) else { return };
            pages.extend(drawn);
        }
        let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/guide/pictures");
        Picture::joined(&pages).kept_as(&guide.join(format!("{name}.png")));
    }
}

#[test]
#[ignore = "slow: pages are drawn by other programs"]
fn the_tables_of_the_demo_read_as_they_were_reviewed() {
    let Some((_folder, app, alex)) = demo() else { return };
    let csv = DocumentFormat::Sheet(SheetFormat::Csv);
    let text =
        |bytes: Vec<u8>| Some(String::from_utf8(bytes).unwrap().trim_start_matches('\u{feff}').replace('\r', ""));
    let asked = MatrixAsked { of: MatrixOf::List("CARDIO-LOCAL"), filter: &Filter::default(), typed: "", cells: false };
    kept("document-matrix-csv", text(matrix::document(&app, asked, csv, None).unwrap()));
    kept("document-person-csv", text(person::document(&app, &alex, csv, None).unwrap()));
    let rows = grid::cohort(&app, &Filter::default(), CohortOrder::Behind).unwrap();
    let cohort = cohort::document(&app, &rows, ("", CohortOrder::Behind), SheetFormat::Csv, None).unwrap();
    kept("document-cohort-csv", text(cohort));
    let [from, to] = ["2026-09-01", "2026-11-20"].map(|day| parse_day(day).unwrap());
    kept("document-activity-csv", text(activity::document(&app, (from, to), SheetFormat::Csv, None).unwrap()));
}

#[test]
#[ignore = "slow: pages are drawn by other programs"]
fn the_workbooks_of_the_demo_print_as_they_were_reviewed() {
    let Some((_folder, app, alex)) = demo() else { return };
    let (everyone, xlsx) = (Filter::default(), DocumentFormat::Sheet(SheetFormat::Xlsx));
    let matrix = |of| {
        let asked = MatrixAsked { of, filter: &everyone, typed: "", cells: false };
        matrix::document(&app, asked, xlsx, None).unwrap()
    };
    let rows = grid::cohort(&app, &everyone, CohortOrder::Behind).unwrap();
    let [from, to] = ["2026-06-01", "2026-11-20"].map(|day| parse_day(day).unwrap());
    let books = [
        ("matrix", matrix(MatrixOf::List("CARDIO-LOCAL"))),
        ("standard", matrix(MatrixOf::Standard("ST0413"))),
        ("person", person::document(&app, &alex, xlsx, None).unwrap()),
        ("cohort", cohort::document(&app, &rows, ("", CohortOrder::Behind), SheetFormat::Xlsx, None).unwrap()),
        ("activity", activity::document(&app, (from, to), SheetFormat::Xlsx, None).unwrap()),
    ];
    let Some(printed) = office::printed(&books) else { return };
    for (name, sheets) in printed {
        picture::kept(&format!("workbooks/{name}"), &sheets);
    }
}

#[test]
fn the_mails_of_the_demo_read_as_they_were_reviewed() {
    let Some((folder, app, _)) = demo() else { return };
    let mails = folder.path().join("mails");
    let address = |of: &str| -> MailAddress { format!("{of}@example.org").parse().unwrap() };
    for (name, whom) in [("supervisor", "Sam Supervisor"), ("trainee", "Alex Trainee")] {
        std::fs::create_dir(&mails).unwrap();
        let mut to = recipients(&app).unwrap();
        to.retain(|person| person.name.as_str() == whom);
        let request = DigestRequest {
            from: address("book"),
            addresses: BTreeMap::from([(to[0].id.clone(), address(name))]),
            route: MailRoute::Folder(mails.clone()),
            since: None,
            login: None,
        };
        let sent = send_digests(&app, &to, &request, |_, _| {}).unwrap();
        assert!(matches!(sent.as_slice(), [MailOutcome::Sent { .. }]), "{sent:?}");
        let files: Vec<_> = std::fs::read_dir(&mails).unwrap().map(|file| file.unwrap().path()).collect();
        let [file] = files.as_slice() else { panic!("{files:?}") };
        kept(&format!("document-digest-{name}"), Some(std::fs::read_to_string(file).unwrap().replace('\r', "")));
        std::fs::remove_dir_all(&mails).unwrap();
    }
}
