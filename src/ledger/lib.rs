//! Holds the cryptography: signatures, Merkle tree, notes, proofs and wrapped keys. Performs no I/O and reads no clock.

pub mod agent;
pub mod armor;
pub mod batch;
pub mod bundle;
pub mod checkpoint_code;
pub mod cosignature;
pub mod merkle;
pub mod note;
pub mod openssh_key;
pub mod passphrase;
pub mod pin;
pub mod proof;
pub mod receipt;
pub mod receipt_text;
pub mod replay;
pub mod security_key;
pub mod sshsig;
mod wire;
pub mod wrapped_key;
