//! Encodes requests to an SSH agent and decodes its answers (the IETF's draft-ietf-sshm-ssh-agent, messages 11 to 14 and 5).
//! The caller sends and receives them.
//!
//! Invariant: an answer is accepted only as a whole, without a byte missing or left over.

use thiserror::Error;

use crate::security_key::KeySignature;
use crate::wire::{WireReader, put_string};
use countersign_core::primitives::key::PublicKey;

/// Maximum length of a message in bytes, as OpenSSH's agent has it.
pub const LONGEST: usize = 256 * 1024;

const FAILURE: u8 = 5;
const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AgentFault {
    #[error("The agent refused")]
    Refused,
    #[error("The answer of the agent is damaged")]
    Damaged,
    #[error("A message of {0} bytes is too long for an agent: at most {LONGEST}")]
    Length(u64),
    #[error("The agent signed with another kind of key")]
    OtherKind,
}

/// A key that an agent holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentKey {
    pub key: PublicKey,
    /// The agent's name for it, usually the file it came from. Anything may be in it: escape it before it is shown.
    pub comment: String,
}

/// Returns the request for the keys, with its length.
pub fn request_identities() -> Vec<u8> {
    framed(&[REQUEST_IDENTITIES]).unwrap_or_default()
}

/// Returns the request for a signature by `key` over `data`, with its length. Fails if `data` is too long.
pub fn request_signature(key: &PublicKey, data: &[u8]) -> Result<Vec<u8>, AgentFault> {
    let mut message = vec![SIGN_REQUEST];
    put_string(&mut message, key.blob());
    put_string(&mut message, data);
    // Flags choose between hashes of RSA; there are none for these keys.
    message.extend_from_slice(&[0; 4]);
    framed(&message)
}

fn framed(message: &[u8]) -> Result<Vec<u8>, AgentFault> {
    length_of(message.len() as u64)?;
    let mut bytes = Vec::with_capacity(4 + message.len());
    put_string(&mut bytes, message);
    Ok(bytes)
}

/// Returns the length of the answer that these four bytes announce, if it is between 1 and [`LONGEST`].
pub fn answer_length(header: [u8; 4]) -> Result<usize, AgentFault> {
    length_of(u64::from(u32::from_be_bytes(header)))
}

fn length_of(length: u64) -> Result<usize, AgentFault> {
    match usize::try_from(length) {
        Ok(0) => Err(AgentFault::Damaged),
        Ok(length) if length <= LONGEST => Ok(length),
        _ => Err(AgentFault::Length(length)),
    }
}

/// Decodes the answer to [`request_identities`]. Keys whose kind has no name are left out.
pub fn identities(answer: &[u8]) -> Result<Vec<AgentKey>, AgentFault> {
    let mut rest = answer_of(answer, IDENTITIES_ANSWER)?;
    read_identities(&mut rest).ok_or(AgentFault::Damaged)
}

fn read_identities(rest: &mut WireReader<'_>) -> Option<Vec<AgentKey>> {
    // The count is the agent's word, so that nothing is reserved for it.
    let count = rest.number()?;
    let mut keys = Vec::new();
    for _ in 0..count {
        let (blob, comment) = (rest.string()?, rest.string()?);
        if let Ok(key) = PublicKey::from_blob(blob.to_vec()) {
            keys.push(AgentKey { key, comment: String::from_utf8_lossy(comment).into_owned() });
        }
    }
    rest.end()?;
    Some(keys)
}

/// Decodes the answer to [`request_signature`]. The signature is of the key's kind, and is not verified yet.
pub fn signature(answer: &[u8], key: &PublicKey) -> Result<KeySignature, AgentFault> {
    let mut rest = answer_of(answer, SIGN_RESPONSE)?;
    let wire = rest.string().filter(|_| rest.end().is_some()).ok_or(AgentFault::Damaged)?;
    let (algorithm, signature) = KeySignature::from_wire(wire).ok_or(AgentFault::Damaged)?;
    if algorithm == key.algorithm() { Ok(signature) } else { Err(AgentFault::OtherKind) }
}

fn answer_of(answer: &[u8], kind: u8) -> Result<WireReader<'_>, AgentFault> {
    let mut rest = WireReader::new(answer);
    match rest.byte() {
        Some(found) if found == kind => Ok(rest),
        Some(FAILURE) if answer.len() == 1 => Err(AgentFault::Refused),
        _ => Err(AgentFault::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sshsig::{NAMESPACE, SigningKey, signed_data};

    fn key() -> SigningKey {
        SigningKey::from_seed(&[5; 32])
    }

    fn answer_with_keys(keys: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut answer = vec![IDENTITIES_ANSWER];
        answer.extend_from_slice(&(keys.len() as u32).to_be_bytes());
        for (blob, comment) in keys {
            put_string(&mut answer, blob);
            put_string(&mut answer, comment);
        }
        answer
    }

    fn answer_with_signature() -> Vec<u8> {
        let mut wire = Vec::new();
        put_string(&mut wire, b"ssh-ed25519");
        put_string(&mut wire, &key().sign(NAMESPACE, b"text"));
        let mut answer = vec![SIGN_RESPONSE];
        put_string(&mut answer, &wire);
        answer
    }

    #[test]
    fn a_request_is_written_as_the_protocol_has_it() {
        assert_eq!(request_identities(), [0, 0, 0, 1, 11]);
        let (public, data) = (key().public(), signed_data(NAMESPACE, b"text"));
        let request = request_signature(&public, &data).unwrap();
        let mut rest = WireReader::new(&request);
        let mut message = WireReader::new(rest.string().unwrap());
        assert_eq!(rest.end(), Some(()));
        assert_eq!(message.byte(), Some(13));
        assert_eq!(message.string(), Some(public.blob()));
        assert_eq!(message.string(), Some(&data[..]));
        assert_eq!(message.number(), Some(0));
        assert_eq!(message.end(), Some(()));
    }

    #[test]
    fn a_message_longer_than_an_agent_takes_is_neither_sent_nor_received() {
        let public = key().public();
        let around = request_signature(&public, b"").unwrap().len() - 4;
        assert!(request_signature(&public, &vec![0; LONGEST - around]).is_ok());
        let over = LONGEST as u64 + 1;
        assert_eq!(request_signature(&public, &vec![0; LONGEST - around + 1]), Err(AgentFault::Length(over)));
        for (length, found) in [
            (0, Err(AgentFault::Damaged)),
            (1, Ok(1)),
            (LONGEST as u32, Ok(LONGEST)),
            (over as u32, Err(AgentFault::Length(over))),
            (u32::MAX, Err(AgentFault::Length(u64::from(u32::MAX)))),
        ] {
            assert_eq!(answer_length(length.to_be_bytes()), found, "{length}");
        }
    }

    #[test]
    fn the_keys_of_an_agent_are_read_with_their_comments_whatever_is_in_them() {
        let public = key().public();
        let odd = b"\x1b]0;x\x07\xff".as_slice();
        let answer = answer_with_keys(&[(public.blob(), b"ann@ward"), (b"no key", b"left out"), (public.blob(), odd)]);
        let found = identities(&answer).unwrap();
        assert_eq!(found[0], AgentKey { key: public, comment: "ann@ward".into() });
        assert_eq!(found[1].comment, "\u{1b}]0;x\u{7}\u{fffd}");
        assert_eq!(found.len(), 2);
        assert_eq!(identities(&answer_with_keys(&[])), Ok(Vec::new()));
    }

    #[test]
    fn an_answer_cut_anywhere_or_with_a_byte_more_is_refused() {
        let public = key().public();
        let keys = answer_with_keys(&[(public.blob(), b"one"), (public.blob(), b"two")]);
        let signed = answer_with_signature();
        for cut in 0..keys.len() {
            assert_eq!(identities(&keys[..cut]), Err(AgentFault::Damaged), "{cut}");
        }
        for cut in 0..signed.len() {
            assert_eq!(signature(&signed[..cut], &public), Err(AgentFault::Damaged), "{cut}");
        }
        for more in 0..=255 {
            assert_eq!(identities(&[keys.clone(), vec![more]].concat()), Err(AgentFault::Damaged));
            assert_eq!(signature(&[signed.clone(), vec![more]].concat(), &public), Err(AgentFault::Damaged));
        }
        assert!(identities(&keys).is_ok() && signature(&signed, &public).is_ok());
    }

    #[test]
    fn a_length_or_count_that_lies_is_refused_without_reserving_room_for_it() {
        let public = key().public();
        let keys = answer_with_keys(&[(public.blob(), b"one")]);
        let signed = answer_with_signature();
        for at in 1..keys.len() - 3 {
            for lie in [0, 1, 3, 0x7fff_ffff, u32::MAX] {
                let mut altered = keys.clone();
                altered[at..at + 4].copy_from_slice(&u32::to_be_bytes(lie));
                // Where the four bytes are content and not a length, the answer may still be whole.
                assert!(identities(&altered).is_ok_and(|found| found.len() <= 1) || altered != keys, "{at} {lie}");
            }
        }
        for (at, name) in [(1, "count"), (5, "key"), (5 + 4 + public.blob().len(), "comment")] {
            for lie in [2, 1000, 0x7fff_ffff, u32::MAX] {
                let mut altered = keys.clone();
                altered[at..at + 4].copy_from_slice(&u32::to_be_bytes(lie));
                assert_eq!(identities(&altered), Err(AgentFault::Damaged), "{name} {lie}");
            }
        }
        // The whole, the name of the kind, the 64 bytes.
        for at in [1, 5, 5 + 4 + 11] {
            for lie in [0, 1, 63, 65, 1000, 0x7fff_ffff, u32::MAX] {
                let mut altered = signed.clone();
                altered[at..at + 4].copy_from_slice(&u32::to_be_bytes(lie));
                assert_eq!(signature(&altered, &public), Err(AgentFault::Damaged), "{at} {lie}");
            }
        }
    }

    #[test]
    fn only_the_answer_to_the_question_counts_and_a_refusal_is_said_as_one() {
        let public = key().public();
        assert_eq!(identities(&[FAILURE]), Err(AgentFault::Refused));
        assert_eq!(signature(&[FAILURE], &public), Err(AgentFault::Refused));
        let (keys, signed) = (answer_with_keys(&[(public.blob(), b"one")]), answer_with_signature());
        for kind in 0..=255 {
            let (mut other, mut another) = (keys.clone(), signed.clone());
            (other[0], another[0]) = (kind, kind);
            assert_eq!(identities(&other).is_ok(), kind == IDENTITIES_ANSWER, "{kind}");
            assert_eq!(signature(&another, &public).is_ok(), kind == SIGN_RESPONSE, "{kind}");
        }
    }

    #[test]
    fn a_signature_by_another_kind_of_key_than_asked_is_refused() {
        let token = PublicKey::from_strings(crate::security_key::ALGORITHM, &[&[1; 32], b"ssh:"]);
        assert_eq!(signature(&answer_with_signature(), &token), Err(AgentFault::OtherKind));
    }
}
