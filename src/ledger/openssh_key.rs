//! Parses OpenSSH public key files for logging in. Options, certificates and key types that OpenSSH has dropped are refused.

use base64ct::{Base64, Encoding as _};
use ssh_key::private::Ed25519Keypair;
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, LineEnding, PrivateKey, PublicKey as Parsed};
use thiserror::Error;

use countersign_core::primitives::key::PublicKey;

/// Minimum bits of an RSA key (OpenSSH refuses fewer than 1,024; NIST SP 800-57 wants 2,048).
const RSA_BITS: usize = 2_048;

/// The ECDSA key types of RFC 5656 and `PROTOCOL.u2f`: name, curve, length of an uncompressed point (the only form that sshd
/// accepts), and whether an application name follows, as on a security key.
const ECDSA: [(&str, &str, usize, bool); 4] = [
    ("ecdsa-sha2-nistp256", "nistp256", 65, false),
    ("ecdsa-sha2-nistp384", "nistp384", 97, false),
    ("ecdsa-sha2-nistp521", "nistp521", 133, false),
    ("sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", 65, true),
];

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LoginFault {
    #[error("It contains no OpenSSH public key")]
    Empty,
    #[error("Line {0} should be an OpenSSH public key and nothing else, as in “ssh-ed25519 AAAA… name”")]
    NoKey(usize),
    #[error("It contains a private key, which nobody else should ever see")]
    Private,
    #[error("Line {0} has a second key. Give only one")]
    Several(usize),
    #[error("Keys of the kind {0} are not accepted here")]
    Kind(String),
    #[error("It is an RSA key of {0} bits. At least 2048 are needed")]
    Short(usize),
}

/// Parses a file with one public key (`id_ed25519.pub`, or the RFC 4716 format of PuTTYgen) and drops its comment.
pub fn login_key(text: &str) -> Result<PublicKey, LoginFault> {
    // PuTTYgen's own files include the private half.
    if text.contains("PRIVATE KEY") || text.trim_start().starts_with("PuTTY-User-Key-File") {
        return Err(LoginFault::Private);
    }
    let line = rfc4716(text)?;
    one_line(line.as_deref().unwrap_or(text))
}

/// First and last line of the RFC 4716 format.
const BEGIN: &str = "---- BEGIN SSH2 PUBLIC KEY ----";
const END: &str = "---- END SSH2 PUBLIC KEY ----";

/// Converts an RFC 4716 key to OpenSSH's `kind base64`, or returns `None` if the text has another format.
fn rfc4716(text: &str) -> Result<Option<String>, LoginFault> {
    let mut lines = text.lines().map(str::trim).zip(1..).filter(|(line, _)| !line.is_empty());
    let Some((_, begin)) = lines.next().filter(|(line, _)| *line == BEGIN) else { return Ok(None) };
    let (mut base64, mut in_header, mut ended) = (String::new(), false, false);
    for (line, number) in lines {
        if ended {
            return Err(LoginFault::Several(number));
        }
        if in_header || line.contains(':') {
            // A backslash at the end continues a header.
            in_header = line.ends_with('\\');
        } else if line == END {
            ended = true;
        } else {
            base64.push_str(line);
        }
    }
    let blob = Base64::decode_vec(&base64).ok().filter(|_| ended).ok_or(LoginFault::NoKey(begin))?;
    let kind =
        blob.split_first_chunk::<4>().and_then(|(length, rest)| rest.get(..u32::from_be_bytes(*length) as usize));
    let kind = kind.and_then(|kind| std::str::from_utf8(kind).ok()).ok_or(LoginFault::NoKey(begin))?;
    Ok(Some(format!("{kind} {base64}")))
}

fn one_line(text: &str) -> Result<PublicKey, LoginFault> {
    let lines = text.lines().map(str::trim).zip(1..);
    let mut lines = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    let (line, number) = lines.next().ok_or(LoginFault::Empty)?;
    if let Some((_, another)) = lines.next() {
        return Err(LoginFault::Several(another));
    }
    let none = || LoginFault::NoKey(number);
    let mut words = line.split(' ');
    let (kind, base64) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if let Some(shape) = ECDSA.iter().find(|(name, ..)| *name == kind) {
        let key: PublicKey = format!("{kind} {base64}").parse().map_err(|_| none())?;
        return if is_ecdsa(key.blob(), *shape) { Ok(key) } else { Err(none()) };
    }
    let unknown = || match kind {
        "ssh-dss" => LoginFault::Kind(kind.to_owned()),
        _ if kind.contains("-cert-") => LoginFault::Kind(kind.chars().take(64).collect()),
        _ => none(),
    };
    let parsed = Parsed::from_openssh(line).map_err(|_| unknown())?;
    match parsed.key_data() {
        KeyData::Ed25519(_) | KeyData::SkEd25519(_) => {}
        KeyData::Rsa(key) => {
            let bits = key.n().as_positive_bytes().map_or(0, bits_of);
            if bits < RSA_BITS {
                return Err(LoginFault::Short(bits));
            }
        }
        other => return Err(LoginFault::Kind(kind_of(&other.algorithm()))),
    }
    let blob = parsed.to_bytes().map_err(|_| none())?;
    PublicKey::from_blob(blob).map_err(|_| none())
}

/// Returns a constant private host key that protects nothing: without a readable one, sshd prints no configuration to an
/// ordinary user.
pub fn host_key_of_nobody() -> Option<String> {
    let key = PrivateKey::from(Ed25519Keypair::from_seed(&[0; 32]));
    key.to_openssh(LineEnding::LF).ok().map(|text| text.to_string())
}

/// Whether a blob has the layout of this ECDSA type. Whether its point is on the curve is left to sshd.
fn is_ecdsa(blob: &[u8], (name, curve, length, on_a_security_key): (&str, &str, usize, bool)) -> bool {
    let strings = || -> Option<Vec<&[u8]>> {
        let (mut rest, mut found) = (blob, Vec::new());
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let (string, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
            found.push(string);
            rest = after;
        }
        rest.is_empty().then_some(found)
    };
    let [first, second, point, application @ ..] = &strings().unwrap_or_default()[..] else { return false };
    let whole = point.len() == length && point[0] == 4;
    let named = application.len() == usize::from(on_a_security_key) && application.iter().all(|name| !name.is_empty());
    *first == name.as_bytes() && *second == curve.as_bytes() && whole && named
}

fn kind_of(algorithm: &Algorithm) -> String {
    algorithm.as_str().chars().take(64).collect()
}

fn bits_of(number: &[u8]) -> usize {
    number.len() * 8 - number.first().map_or(0, |first| first.leading_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAA+X5P3kbBH/mfLxfFrY7soE0bGsPPzgOsEUhMr2evw";

    #[test]
    fn a_public_key_file_is_one_key_without_its_comment() {
        for text in [ED25519.to_owned(), format!("{ED25519} ann@ward\n"), format!("# hers\n\n  {ED25519} a b\r\n")] {
            assert_eq!(login_key(&text).unwrap().to_string(), ED25519, "{text}");
        }
    }

    #[test]
    fn a_key_as_puttygen_saves_it_is_the_same_key() {
        let base64 = ED25519.split(' ').nth(1).unwrap();
        for (headers, width) in [
            ("", 70),
            ("Comment: \"hers: at work\"\n", 72),
            ("Subject: ann\nComment: a long \\\none that goes on\n", 20),
        ] {
            let body: Vec<&str> =
                base64.as_bytes().chunks(width).map(|part| std::str::from_utf8(part).unwrap()).collect();
            for end in ["\n", "\r\n"] {
                let text = format!("{BEGIN}\n{headers}{}\n{END}\n", body.join("\n")).replace('\n', end);
                assert_eq!(login_key(&text).map(|key| key.to_string()).as_deref(), Ok(ED25519), "{text}");
            }
        }
        let whole = format!("{BEGIN}\n{base64}\n{END}\n");
        assert_eq!(login_key(&whole.repeat(2)), Err(LoginFault::Several(4)));
        for cut in 0..whole.len() - END.len() - 1 {
            assert!(login_key(&whole[..cut]).is_err(), "{cut}");
        }
        let ppk = "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n";
        assert_eq!(login_key(ppk), Err(LoginFault::Private));
    }

    #[test]
    fn what_is_not_a_single_plain_public_key_is_refused() {
        let private = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n";
        for (text, fault) in [
            (String::new(), LoginFault::Empty),
            ("# hers\n\n".into(), LoginFault::Empty),
            ("# hers\n\nhello".into(), LoginFault::NoKey(3)),
            (ED25519[..60].to_owned(), LoginFault::NoKey(1)),
            (format!("command=\"sh\" {ED25519}"), LoginFault::NoKey(1)),
            (format!("{ED25519}\n\n{ED25519}"), LoginFault::Several(3)),
            (private.into(), LoginFault::Private),
            (ED25519.replacen("ssh-ed25519 ", "ssh-rsa ", 1), LoginFault::NoKey(1)),
        ] {
            assert_eq!(login_key(&text), Err(fault), "{text}");
        }
        let cut = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA==";
        assert_eq!(login_key(cut), Err(LoginFault::NoKey(1)));
        for kind in ["ssh-dss", "ssh-ed25519-cert-v01@openssh.com", "ecdsa-sha2-nistp256-cert-v01@openssh.com"] {
            let other = ED25519.replacen("ssh-ed25519", kind, 1);
            assert_eq!(login_key(&other), Err(LoginFault::Kind(kind.into())), "{kind}");
        }
    }

    #[test]
    fn an_elliptic_key_is_taken_in_its_one_form_alone() {
        let point = |first: u8, length: usize| [vec![first], vec![7; length - 1]].concat();
        for (name, curve, length, on_a_security_key) in ECDSA {
            let whole = point(4, length);
            let key = |strings: &[&[u8]]| {
                let app: &[&[u8]] = if on_a_security_key { &[b"ssh:"] } else { &[] };
                login_key(&PublicKey::from_strings(name, &[strings, app].concat()).to_string())
            };
            assert_eq!(key(&[curve.as_bytes(), &whole]).map(|key| key.algorithm().to_owned()), Ok(name.to_owned()));
            let bad: [&[&[u8]]; 7] = [
                &[curve.as_bytes()],
                &[b"nistp512", &whole],
                &[curve.as_bytes(), &whole[1..]],
                &[curve.as_bytes(), &point(2, length)],
                &[curve.as_bytes(), b""],
                &[curve.as_bytes(), &whole, b"more"],
                &[&whole, curve.as_bytes()],
            ];
            for strings in bad {
                assert_eq!(key(strings), Err(LoginFault::NoKey(1)), "{name}: {strings:?}");
            }
        }
    }
}
