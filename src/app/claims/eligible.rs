//! Checks a claim before it is made: its KSBs, supervisor and files.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;
use crate::record::sign_off::no_code;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::{ClaimId, Digest, KsbCode};
use countersign_core::record::claim::{MOST_FILES, PendingClaim};
use countersign_core::record::evidence::{File, MOST_BYTES, MOST_FILES_OF_ONE, MOST_OF_ONE};
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::TraineeRecord;

/// Refuses KSBs that are not in the standard, already signed off, or waiting in a claim other than `again`.
pub fn codes_may(trainee_record: &TraineeRecord, codes: &[KsbCode], again: Option<ClaimId>) -> Result<(), Error> {
    if codes.is_empty() {
        return Err(Error::usage("No KSB is named").hint("Name the KSBs that you want signed off, such as S26 S27"));
    }
    let states: BTreeMap<KsbCode, State> = trainee_record.all().map(|(ksb, state)| (ksb.code, state)).collect();
    for code in codes {
        let reference = trainee_record.standard.reference();
        match states.get(code) {
            None => {
                return Err(no_code(reference, *code));
            }
            Some(State::Signed) => {
                return Err(Error::refused(format!("{code} is already signed")).hint("Claim only what is outstanding"));
            }
            Some(_) => {}
        }
        if let Some(PendingClaim { claim, since, .. }) = trainee_record.claims.get(code)
            && Some(*claim) != again
        {
            let since = day_words(since.local_day());
            return Err(Error::refused(format!("{code} is already in a waiting claim, made on {since}"))
                .hint(format!("Take that back first: `countersign claim withdraw {claim}`")));
        }
    }
    Ok(())
}

/// Refuses a supervisor who cannot be asked.
pub fn eligible_supervisors(of: &Person, by: &Person) -> Result<(), Error> {
    if of.id == by.id {
        return Err(Error::refused("You cannot sign off your own record").hint("Ask another supervisor, or anyone"));
    }
    if of.may_act_as(Role::Supervisor) {
        return Ok(());
    }
    let why = if of.left { "has left" } else { "is not a supervisor" };
    Err(Error::refused(format!("{} {why}", of.name)).hint("Ask another supervisor, or anyone"))
}

/// Refuses files beyond the limits for a claim or a trainee; `new` holds the digest and size of each new file.
pub fn files_may(stored: &[File], named: &[Digest], new: &[(Digest, u64)]) -> Result<(), Error> {
    let of_one: BTreeSet<Digest> = named.iter().copied().chain(new.iter().map(|(digest, _)| *digest)).collect();
    if of_one.len() > MOST_FILES {
        return Err(Error::refused(format!(
            "A claim can have at most {MOST_FILES} files. This one has {}",
            of_one.len()
        ))
        .hint("Nothing was saved. Combine some into one PDF, or make two claims"));
    }
    // Files that are stored already take no more space.
    let fresh: BTreeMap<Digest, u64> =
        new.iter().filter(|(digest, _)| !stored.iter().any(|file| file.digest == *digest)).copied().collect();
    let count = stored.len() + fresh.len();
    let size: u64 = stored.iter().map(|file| file.size).chain(fresh.into_values()).sum();
    let room =
        "Nothing was saved. To remove files that no claim uses: `countersign evidence remove` at the workstation";
    if count > MOST_FILES_OF_ONE {
        return Err(Error::refused(format!("A trainee has at most {MOST_FILES_OF_ONE} files")).hint(room));
    }
    if size > MOST_OF_ONE {
        let (most, one) = (MOST_OF_ONE >> 20, MOST_BYTES >> 20);
        return Err(Error::refused(format!(
            "A trainee's files have at most {most} MiB in all ({one} MiB each). These would have {}",
            size.div_ceil(1 << 20)
        ))
        .hint(room));
    }
    Ok(())
}
