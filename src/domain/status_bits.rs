//! Status values packed into bytes, the lowest bits first (section 4.1 of
//! draft-ietf-oauth-status-list-20).

use serde::{Deserialize, Serialize};

/// How many bits one entry takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
#[repr(u8)]
pub enum EntryBits {
    /// Valid or not.
    One = 1,
    /// What this service writes: valid, invalid, suspended.
    Two = 2,
    /// Up to 16 values.
    Four = 4,
    /// Up to 256 values.
    Eight = 8,
}

/// Another number of bits than 1, 2, 4 or 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an entry has 1, 2, 4 or 8 bits")]
pub struct NotEntryBits;

impl TryFrom<u8> for EntryBits {
    type Error = NotEntryBits;

    fn try_from(bits: u8) -> Result<Self, Self::Error> {
        match bits {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            4 => Ok(Self::Four),
            8 => Ok(Self::Eight),
            _ => Err(NotEntryBits),
        }
    }
}

impl From<EntryBits> for u8 {
    fn from(bits: EntryBits) -> Self {
        bits as Self
    }
}

/// The list has no such entry, or the entry cannot hold the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such entry in the list, or the value does not fit it")]
pub struct OutOfRange;

/// A list of status values in memory.
#[derive(Clone, PartialEq, Eq)]
pub struct PackedStatuses {
    bits: EntryBits,
    bytes: Vec<u8>,
}

impl PackedStatuses {
    /// `entries` zeros (all valid), rounded up to a whole byte.
    pub fn zeros(bits: EntryBits, entries: u32) -> Self {
        let bytes = (entries as usize).div_ceil(usize::from(8 / u8::from(bits)));
        Self { bits, bytes: vec![0; bytes] }
    }

    /// A list read from somewhere.
    pub fn from_bytes(bits: EntryBits, mut bytes: Vec<u8>) -> Self {
        // It stays in memory for long, and a reader may have reserved twice what it needed.
        bytes.shrink_to_fit();
        Self { bits, bytes }
    }

    /// Bits an entry.
    pub fn bits(&self) -> EntryBits {
        self.bits
    }

    /// The packed bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many entries there are, those that fill up the last byte included.
    pub fn entries(&self) -> usize {
        self.bytes.len().saturating_mul(usize::from(8 / u8::from(self.bits)))
    }

    /// The value at `index`; `None` beyond the end.
    pub fn get(&self, index: u32) -> Option<u8> {
        let (at, shift, mask) = self.place(index);
        self.bytes.get(at).map(|byte| (byte >> shift) & mask)
    }

    /// Writes the value at `index`.
    ///
    /// # Errors
    /// [`OutOfRange`] beyond the end, and for a value of more bits than an entry has.
    pub fn set(&mut self, index: u32, value: u8) -> Result<(), OutOfRange> {
        let (at, shift, mask) = self.place(index);
        if value & !mask != 0 {
            return Err(OutOfRange);
        }
        let byte = self.bytes.get_mut(at).ok_or(OutOfRange)?;
        *byte = (*byte & !(mask << shift)) | (value << shift);
        Ok(())
    }

    /// Byte, shift within it, and mask of an entry.
    fn place(&self, index: u32) -> (usize, u8, u8) {
        let bits = u8::from(self.bits);
        let a_byte = u32::from(8 / bits);
        let within = u8::try_from(index % a_byte).unwrap_or(0);
        ((index / a_byte) as usize, within * bits, u8::MAX >> (8 - bits))
    }
}

impl std::fmt::Debug for PackedStatuses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PackedStatuses({:?} bits, {} entries)", self.bits, self.entries())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of section 4.1 of the draft.
    #[test]
    fn the_lowest_bits_come_first() {
        let mut one = PackedStatuses::zeros(EntryBits::One, 16);
        for index in [0, 3, 4, 5, 7, 8, 9, 13, 15] {
            one.set(index, 1).unwrap();
        }
        assert_eq!(one.as_bytes(), [0xB9, 0xA3]);
        let mut two = PackedStatuses::zeros(EntryBits::Two, 12);
        for (index, value) in [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3].into_iter().enumerate() {
            two.set(u32::try_from(index).unwrap(), value).unwrap();
        }
        assert_eq!(two.as_bytes(), [0xC9, 0x44, 0xF9]);
    }

    #[test]
    fn an_index_beyond_the_end_is_refused() {
        let mut list = PackedStatuses::zeros(EntryBits::Two, 12);
        assert_eq!((list.entries(), list.get(11), list.get(12)), (12, Some(0), None));
        assert_eq!(list.get(u32::MAX), None);
        assert_eq!(list.set(12, 1), Err(OutOfRange));
    }

    #[test]
    fn a_value_too_wide_touches_no_neighbour() {
        let mut list = PackedStatuses::zeros(EntryBits::Two, 4);
        assert_eq!(list.set(0, 4), Err(OutOfRange));
        list.set(1, 3).unwrap();
        list.set(1, 2).unwrap();
        assert_eq!((list.get(0), list.get(1), list.get(2)), (Some(0), Some(2), Some(0)));
    }

    #[test]
    fn only_four_widths_exist() {
        let known: Vec<u8> = (0..=255).filter(|b| EntryBits::try_from(*b).is_ok()).collect();
        assert_eq!(known, [1, 2, 4, 8]);
    }
}
