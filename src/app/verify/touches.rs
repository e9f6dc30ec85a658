//! Checks the batches that were signed with one touch: that their statements are in the log in their order, and that none is
//! kept which no statement names.

use crate::verify::findings::Faults;
use countersign_ledger::batch::BatchPlace;
use countersign_ledger::sshsig::SignatureBytes;
use countersign_store::db::Tx;
use countersign_store::error::StoreError;
use countersign_store::touches;

/// Follows the entries of a log in order: the statements of a batch are one after the other, in the order of its text. An
/// erased one may be at any place.
#[derive(Debug, Default)]
pub(crate) struct BatchOrder {
    /// The batch whose statements have begun and not ended.
    open: Option<OpenBatch>,
    /// The erased entries just before, which may be the first of a batch.
    erased: u64,
}

#[derive(Debug)]
struct OpenBatch {
    name: SignatureBytes,
    next: u64,
    of: u64,
}

impl BatchOrder {
    /// Passes over an entry of which it is not known whether it is in a batch.
    pub(crate) fn pass_over(&mut self) {
        match &mut self.open {
            Some(open) => open.next += 1,
            None => self.erased += 1,
        }
        self.close();
    }

    /// Follows an entry, and returns what is wrong with its place.
    pub(crate) fn entry(&mut self, place: Option<BatchPlace>) -> Option<&'static str> {
        let (open, erased) = (self.open.take(), std::mem::take(&mut self.erased));
        let follows = match (&open, &place) {
            (Some(open), Some(place)) => open.name == place.name && open.next == place.place,
            (Some(_), None) => false,
            (None, Some(place)) => place.place <= erased,
            (None, None) => true,
        };
        self.open = place.map(|BatchPlace { name, place, of }| OpenBatch { name, next: place + 1, of });
        self.close();
        (!follows).then_some("The statements of a batch are not here in its order, or one is missing before this")
    }

    /// Returns whether the last batch has all its statements.
    pub(crate) fn is_complete(&self) -> bool {
        self.open.is_none()
    }

    fn close(&mut self) {
        self.open.take_if(|open| open.next >= open.of);
    }
}

/// Finds batches that no statement names.
pub(crate) fn compare_touches(tx: &Tx<'_>, faults: &mut Faults) -> Result<(), StoreError> {
    for _ in touches::unnamed(tx)? {
        faults.add(None, "The file contains a batch that was signed with a touch, and no statement names it");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy)]
    enum Entry {
        Erased,
        Alone,
        In(BatchPlace),
    }

    fn place(batch: u8, place: u64, of: u64) -> Entry {
        Entry::In(BatchPlace { name: [batch; 64], place, of })
    }

    /// The number of faults.
    fn faults(entries: &[Entry]) -> usize {
        let mut order = BatchOrder::default();
        let mut found = 0;
        for entry in entries {
            match entry {
                Entry::Erased => order.pass_over(),
                Entry::Alone => found += usize::from(order.entry(None).is_some()),
                Entry::In(place) => found += usize::from(order.entry(Some(*place)).is_some()),
            }
        }
        found + usize::from(!order.is_complete())
    }

    #[test]
    fn a_batch_with_any_of_its_statements_erased_is_in_order_and_with_any_other_fault_is_not() {
        let whole = [Entry::Alone, place(1, 0, 3), place(1, 1, 3), place(1, 2, 3), place(2, 0, 1)];
        for erased in 0..32 {
            let each = whole.iter().enumerate();
            let entries: Vec<Entry> =
                each.map(|(at, one)| if erased >> at & 1 == 1 { Entry::Erased } else { *one }).collect();
            assert_eq!(faults(&entries), 0, "{erased}");
        }
        for (one, other) in [(1, 2), (1, 3), (2, 3), (0, 2), (3, 4)] {
            let mut entries = whole;
            entries.swap(one, other);
            assert!(faults(&entries) > 0, "{one} {other}");
        }
        for gone in 1..4 {
            let mut entries = whole.to_vec();
            entries.remove(gone);
            assert!(faults(&entries) > 0, "{gone}");
            let mut twice = whole.to_vec();
            twice.insert(gone, whole[gone]);
            assert!(faults(&twice) > 0, "{gone}");
        }
        assert!(faults(&whole[..3]) > 0);
    }
}
