//! Changed at random, a file is refused or still holds together.

use proptest::prelude::*;
use quantmark_containers::gguf::exercise;
use quantmark_containers::gguf::hostile::{classes, valid};

/// A change of some bytes.
#[derive(Clone, Debug)]
enum Change {
    Set(usize, u8),
    Flip(usize, u8),
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
    /// Eight bytes replaced by a number of those that overflow.
    Number(usize, u64),
}

fn change() -> impl Strategy<Value = Change> {
    let at = 0usize..400;
    let numbers = prop::sample::select(vec![
        0,
        1,
        2,
        1 << 31,
        (1 << 32) - 1,
        1 << 32,
        1 << 61,
        1 << 62,
        1 << 63,
        u64::MAX - 31,
        u64::MAX,
    ]);
    prop_oneof![
        (at.clone(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        (at.clone(), 0u8..8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        (at.clone(), prop::collection::vec(any::<u8>(), 1..9)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (at.clone(), 1usize..9).prop_map(|(at, len)| Change::Remove(at, len)),
        (at, numbers).prop_map(|(at, number)| Change::Number(at, number)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    let within = |at: usize, len: usize| at.min(len);
    let len = bytes.len();
    match change {
        Change::Set(at, byte) if *at < len => bytes[*at] = *byte,
        Change::Flip(at, bit) if *at < len => bytes[*at] ^= 1 << bit,
        Change::Set(..) | Change::Flip(..) => {}
        Change::Insert(at, new) => {
            let at = within(*at, len);
            bytes.splice(at..at, new.iter().copied());
        }
        Change::Remove(at, count) => {
            let at = within(*at, len);
            bytes.drain(at..(at + count).min(len));
        }
        Change::Number(at, number) => {
            let at = within(*at, len);
            let end = (at + 8).min(len);
            bytes[at..end].copy_from_slice(&number.to_le_bytes()[..end - at]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn of_a_valid_file(changes in prop::collection::vec(change(), 1..4)) {
        let mut bytes = valid();
        changes.iter().for_each(|change| apply(&mut bytes, change));
        exercise(&bytes);
    }

    #[test]
    fn of_a_hostile_file(class in 0..classes().len(), changes in prop::collection::vec(change(), 1..3)) {
        let mut bytes = classes().swap_remove(class).bytes;
        changes.iter().for_each(|change| apply(&mut bytes, change));
        exercise(&bytes);
    }
}
