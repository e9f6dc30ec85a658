//! Holds the choice of one item and of the people whose record it is signed on.

use std::collections::BTreeSet;

use countersign_core::primitives::ids::PersonId;
use countersign_core::record::group::{GroupClaim, GroupItem, GroupMember};

/// The items to choose from, and the people who answer for the chosen one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Who signs: the marks are theirs.
    pub signer: PersonId,
    /// The filter of the Cohort, which the people match too.
    pub filter: String,
    pub items: Vec<GroupItem>,
    pub chosen: Option<ChosenItem>,
}

/// An item, and the people who answer for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenItem {
    pub item: GroupItem,
    pub members: Vec<GroupMember>,
    /// Index of the person under the cursor.
    pub at: usize,
    pub marks: BTreeSet<PersonId>,
}

impl Group {
    /// Shows the people who answer for an item. Those marked before stay marked.
    pub fn choose(&mut self, item: GroupItem, members: Vec<GroupMember>) {
        let marks = match self.chosen.take() {
            Some(before) if before.item == item => before.marks,
            _ => BTreeSet::new(),
        };
        let marks = marks.into_iter().filter(|id| members.iter().any(|member| member.id == *id)).collect();
        self.chosen = Some(ChosenItem { item, members, at: 0, marks });
    }

    /// Returns the chosen item.
    pub fn item(&self) -> Option<&GroupItem> {
        self.chosen.as_ref().map(|chosen| &chosen.item)
    }

    /// Returns the people to sign for, by name: the marked ones, or the one under the cursor.
    pub fn selection(&self) -> Vec<&GroupMember> {
        let Some(chosen) = &self.chosen else { return Vec::new() };
        if chosen.marks.is_empty() {
            return chosen.members.get(chosen.at).into_iter().collect();
        }
        chosen.members.iter().filter(|member| chosen.marks.contains(&member.id)).collect()
    }
}

impl ChosenItem {
    /// Returns the claim of the person under the cursor.
    pub fn claim(&self) -> Option<&GroupClaim> {
        self.members.get(self.at)?.claim.as_ref()
    }

    /// Marks the person under the cursor, or takes the mark off, and moves down.
    pub fn toggle(&mut self) {
        let Some(member) = self.members.get(self.at) else { return };
        if !self.marks.remove(&member.id) {
            self.marks.insert(member.id.clone());
        }
        self.at = (self.at + 1).min(self.members.len().saturating_sub(1));
    }

    /// Marks all who lack the item; if they are marked, everyone.
    pub fn mark_all(&mut self) {
        let lacking: BTreeSet<PersonId> =
            self.members.iter().filter(|member| !member.counts).map(|member| member.id.clone()).collect();
        if !lacking.is_empty() && !lacking.is_subset(&self.marks) {
            self.marks.extend(lacking);
        } else {
            self.marks.extend(self.members.iter().map(|member| member.id.clone()));
        }
    }
}
