//! Which index the next entry gets: a keyed permutation of a counter. Every index comes once,
//! without a table of those taken, and nobody without the key can tell which came after which.

use ring::hmac;

/// Bits of an index: a list holds 2²⁰ entries.
pub const INDEX_BITS: u32 = 20;

const HALF_BITS: u32 = INDEX_BITS / 2;
const HALF_MASK: u32 = (1 << HALF_BITS) - 1;

/// Four rounds make a Feistel network a strong permutation (Luby and Rackoff); halves as small
/// as ten bits want more, and NIST SP 800-38G takes eight at least for its FF3.
const ROUNDS: u8 = 8;

/// The permutation of one list.
pub struct IndexPermutation(hmac::Key);

impl IndexPermutation {
    /// The permutation under a key of the list's own.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The index of the entry numbered `counter`; `None` when the list is full.
    pub fn index(&self, counter: u32) -> Option<u32> {
        permute(counter, |round, half| self.round(round, half))
    }

    fn round(&self, round: u8, half: u32) -> u32 {
        let [_, _, high, low] = half.to_be_bytes();
        let tag = hmac::sign(&self.0, &[round, high, low]);
        let first = tag.as_ref().first_chunk::<4>().copied().unwrap_or_default();
        u32::from_be_bytes(first) & HALF_MASK
    }
}

impl std::fmt::Debug for IndexPermutation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IndexPermutation(…)")
    }
}

/// A balanced Feistel network: whatever the round function is, the result is a permutation.
fn permute(counter: u32, round: impl Fn(u8, u32) -> u32) -> Option<u32> {
    if counter >> INDEX_BITS != 0 {
        return None;
    }
    let mut halves = (counter >> HALF_BITS, counter & HALF_MASK);
    for number in 0..ROUNDS {
        let (left, right) = halves;
        halves = (right, left ^ round(number, right));
    }
    let (left, right) = halves;
    Some(left << HALF_BITS | right)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: u32 = 1 << INDEX_BITS;

    /// The whole range with every round value computed once: eight million HMACs become eight
    /// thousand.
    fn whole_range(permutation: &IndexPermutation) -> Vec<u32> {
        let table: Vec<Vec<u32>> = (0..ROUNDS)
            .map(|r| (0..=HALF_MASK).map(|half| permutation.round(r, half)).collect())
            .collect();
        let round = |r: u8, half: u32| table[usize::from(r)][half as usize];
        (0..ALL).map(|counter| permute(counter, round).unwrap()).collect()
    }

    #[test]
    fn every_index_comes_exactly_once() {
        let permutation = IndexPermutation::new(&[3; 32]);
        let mut seen = vec![false; ALL as usize];
        for index in whole_range(&permutation) {
            assert!(!std::mem::replace(&mut seen[index as usize], true), "{index} came twice");
        }
        assert!(seen.into_iter().all(|s| s));
    }

    #[test]
    fn the_index_is_the_one_of_the_whole_range() {
        let permutation = IndexPermutation::new(&[3; 32]);
        let whole = whole_range(&permutation);
        for counter in [0, 1, 2, 1023, 1024, 524_288, ALL - 1] {
            assert_eq!(permutation.index(counter), Some(whole[counter as usize]));
        }
    }

    #[test]
    fn a_full_list_gives_no_index() {
        assert_eq!(IndexPermutation::new(&[3; 32]).index(ALL), None);
        assert_eq!(IndexPermutation::new(&[3; 32]).index(u32::MAX), None);
    }

    #[test]
    fn another_key_gives_another_order() {
        let (one, two) = (IndexPermutation::new(&[3; 32]), IndexPermutation::new(&[4; 32]));
        let same = (0..1000).filter(|c| one.index(*c) == two.index(*c)).count();
        assert!(same < 10, "{same} of 1000 indices agree");
    }

    #[test]
    fn neighbours_do_not_stay_neighbours() {
        let whole = whole_range(&IndexPermutation::new(&[5; 32]));
        let near = whole.windows(2).filter(|w| w[0].abs_diff(w[1]) < 1000).count();
        let expected = f64::from(ALL) * 2.0 * 1000.0 / f64::from(ALL);
        assert!((near as f64) < expected * 1.5, "{near} near neighbours, {expected} by chance");
    }
}
