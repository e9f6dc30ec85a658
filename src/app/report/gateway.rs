//! Collects a gateway package: the declaration, the portfolio, the evidence files, receipts and what checks them.

use crate::app::App;
use crate::bundle::elsewhere;
use crate::claims::claim::files_of;
use crate::claims::evidence::copy_evidence;
use crate::error::Error;
use crate::log::referenced::index_mismatch;
use crate::log::statements::live_facts;
use crate::maintenance::export::checkpoint;
use crate::programme::gateway::readiness;
use crate::programme::{hours, reviews};
use crate::record::{outstanding, receipts, trainee_export};
use crate::report::made::made;
use crate::report::portfolio::{self, registrations};
use crate::standards::standard::attributed;
use countersign_core::people::person::Person;
use countersign_core::primitives::file_name::FileName;
use countersign_core::primitives::ids::{Digest, PersonId};
use countersign_core::programme::funding_rules::assessment_of;
use countersign_core::record::evidence::File;
use countersign_core::record::view::Record;
use countersign_core::standard::about::Assessment;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_ledger::note::LogVerifier;
use countersign_report::archive::zip;
use countersign_report::gateway::{Content, Log, Readme, packed_names, sums};
use countersign_report::pdf::gateway::{Declaration, Gateway, PackedFile, gateway};
use countersign_store::error::damaged;
use countersign_store::evidence;
use countersign_store::index::programme_index::FactKind;

/// Checks a receipt with Python and ssh-keygen alone.
const CHECK: &str = include_str!("../../../data/guide/check-receipt.py");

/// Makes the package as a ZIP archive. `by` is who has it made, if they were named.
pub fn package(app: &App, trainee: &PersonId, by: Option<&Person>) -> Result<Vec<u8>, Error> {
    let (record, records) = outstanding::whole_record(app, trainee)?;
    let readiness = readiness(app, trainee)?;
    let attribution = attributed(&record.standard);
    let mut relied_on = files_of(app, trainee)?;
    let handed_in = relied_on.len();
    relied_on.retain(|file| is_relied_on(&records, &file.digest));
    let mut packed = packed(&relied_on)?;
    let not_packed = handed_in - packed.len();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for file in &packed {
        let Some(path) = &file.path else { continue };
        let mut bytes = Vec::new();
        copy_evidence(app, trainee, &file.digest, &mut bytes)
            .map_err(|e| e.context(format!("Packing {}", file.name)))?;
        files.push((path.clone(), bytes));
    }
    let with_evidence = files.len();
    let erased = app.log.db.read(|tx| evidence::erased_of(tx, &app.viewer, trainee))?;
    packed.extend(erased.iter().map(|(digest, size)| PackedFile {
        digest: *digest,
        name: "The name was erased too".to_owned(),
        path: None,
        size: *size,
    }));
    let receipts = receipts::receipts(app, Some(trainee), None)?;
    let log = |key: &LogVerifier, own, receipts| Log {
        origin: key.origin().to_string(),
        key: key.to_string(),
        own,
        receipts,
    };
    let mut logs = vec![log(&app.log.verifier()?, true, receipts.len())];
    logs.extend(elsewhere::logs(app, trainee)?.iter().map(|key| log(key, false, 0)));
    let receipts = receipts.into_iter().map(|one| (format!("receipts/{}.receipt", one.id), one.text.into_bytes()));
    files.extend(receipts);
    for (id, receipt) in elsewhere::receipts(app, trainee)? {
        files.push((format!("receipts/{id}.receipt"), receipt.render().into_bytes()));
        let key = receipt.log.to_string();
        logs.iter_mut().filter(|log| log.key == key).for_each(|log| log.receipts += 1);
    }
    let receipts = files.len() - with_evidence;
    let statements = trainee_export::own_statements(app, trainee)?;
    for one in &statements {
        files.extend(one.files().into_iter().map(|(name, text)| (format!("statements/{name}"), text.into())));
    }
    files.push(("allowed_signers".to_owned(), trainee_export::own_signers(app, trainee)?.into_bytes()));
    files.push(("checkpoint.txt".to_owned(), checkpoint(app)?.into_bytes()));
    files.push(("check-receipt.py".to_owned(), CHECK.as_bytes().to_vec()));
    if let Some(words) = &attribution {
        files.push(("LICENCE.txt".to_owned(), format!("{words}\n").into_bytes()));
    }
    let one = |file: &str, what| Content { file: file.to_owned(), what, count: 1 };
    let mut contents = vec![
        one("gateway.pdf", "The declaration and the evidence index"),
        one("portfolio.pdf", "Every KSB in full with its sign-offs and feedback"),
        Content { file: "evidence/".to_owned(), what: "The files on which sign-offs rely", count: with_evidence },
        Content { file: "receipts/".to_owned(), what: "A receipt of each statement on the record", count: receipts },
        Content {
            file: "statements/".to_owned(),
            what: "Each statement about the trainee, with its signature. The entries that add and enrol the trainee have no receipt",
            count: statements.len(),
        },
        one("allowed_signers", "The public keys of those who signed"),
        one("checkpoint.txt", "The signed state of the log"),
        one("check-receipt.py", "Checks a receipt with Python 3 and ssh-keygen alone"),
        one("SHA256SUMS", "The SHA-256 of every other file here"),
        one("README.txt", "These pages as plain text"),
    ];
    contents.retain(|content| content.count > 0);
    contents.extend(attribution.as_ref().map(|_| one("LICENCE.txt", "The licence of the standard's text")));
    let readme = Readme {
        made: made(app, by)?,
        trainee: record.trainee.name.to_string(),
        assessment: match assessment_of(&record.standard) {
            Assessment::EndPoint => "end-point assessment",
            Assessment::Reformed => "apprenticeship assessment",
        },
        logs,
        contents,
        draft: readiness.open().next().is_some(),
        left: record.left,
        not_packed,
        erased: erased.len(),
    };
    files.push(("README.txt".to_owned(), readme.text().into_bytes()));
    let paper = Gateway {
        readme,
        registrations: registrations(app, records.iter().flatten())?,
        hours: hours::hours_plan(app, trainee)?,
        reviews: reviews::reviews(app, trainee)?,
        declarations: declarations(app, trainee)?,
        files: packed,
        readiness,
        record,
        records,
        attribution,
    };
    files.push(("gateway.pdf".to_owned(), gateway(&paper).map_err(Error::refused)?));
    files.push(("portfolio.pdf".to_owned(), portfolio::portfolio(app, trainee, by)?));
    files.sort();
    files.push(("SHA256SUMS".to_owned(), sums(&files).into_bytes()));
    zip(&files).map_err(|why| {
        Error::refused(why).hint("Save the largest evidence files one by one: `countersign evidence save`")
    })
}

/// Returns whether a sign-off as achieved relies on a file, and was not withdrawn. Nothing else that was handed in leaves the
/// department.
fn is_relied_on(records: &[Vec<Record>], digest: &Digest) -> bool {
    let signed_off = records.iter().flatten().filter(|one| one.is_live() && one.outcome == Outcome::Achieved);
    signed_off.flat_map(|one| &one.evidence).any(|evidence| evidence.digest == *digest)
}

/// Returns these files, each with its place in the package.
fn packed(files: &[File]) -> Result<Vec<PackedFile>, Error> {
    let names = files.iter().map(|file| file.name.to_save(&file.digest, file.kind.ending()));
    let names = names.collect::<Result<Vec<_>, _>>().map_err(damaged)?;
    let names = packed_names(names.iter().map(FileName::as_str));
    let file = |(file, name): (&File, String)| PackedFile {
        digest: file.digest,
        name: file.name.to_string(),
        path: (!file.erased).then(|| format!("evidence/{name}")),
        size: file.size,
    };
    Ok(files.iter().zip(names).map(file).collect())
}

/// Returns the parties' confirmations that hold, as they were signed.
fn declarations(app: &App, trainee: &PersonId) -> Result<Vec<Declaration>, Error> {
    let mut found = Vec::new();
    for kind in [FactKind::Employer, FactKind::Provider] {
        for statement in live_facts(app, trainee, kind)? {
            let Body::Confirm(said) = &statement.body else { return Err(index_mismatch().into()) };
            let signer = &statement.signer;
            let registered = signer.registration.as_ref().map(|said| format!(" ({said})")).unwrap_or_default();
            found.push(Declaration {
                party: said.party,
                name: signer.who.name.to_string(),
                title: format!("{}{registered}", signer.role.words()),
                signed: statement.signed,
                id: statement.id,
                meaning: said.meaning.to_string(),
            });
        }
    }
    Ok(found)
}
