//! The memory roof: how fast this machine reads, which no kernel on weights from memory can exceed.

use std::hint::black_box;
use std::time::Instant;

use rayon::ThreadPool;
use rayon::prelude::*;

/// Passes of each way to read.
const PASSES: usize = 5;

/// Measures the read bandwidth in bytes a second with the pool's threads: the best of several passes over a buffer
/// of `bytes`, which should be several times the last cache. Each thread reads its part from one end to the other, or
/// from several places at once, as kernels read several rows: one stream alone does not keep memory busy everywhere.
pub fn read_bandwidth(pool: &ThreadPool, bytes: usize) -> f64 {
    let words = vec![1u64; bytes / 8];
    let chunk = words.len().div_ceil(pool.current_num_threads()).max(1);
    let pass = |sum: fn(&[u64]) -> u64| {
        let start = Instant::now();
        let sum: u64 = pool.install(|| words.par_chunks(chunk).map(sum).reduce(|| 0, u64::wrapping_add));
        black_box(sum);
        (words.len() * 8) as f64 / start.elapsed().as_secs_f64()
    };
    let ways: [fn(&[u64]) -> u64; 4] = [sum::<1>, sum::<4>, sum::<8>, sum::<16>];
    ways.iter().flat_map(|way| [way; PASSES]).map(|way| pass(*way)).fold(0.0, f64::max)
}

/// Words that are read from one place before the next place's turn: a few cache lines.
const STEP: usize = 32;

/// Sums from `STREAMS` places at once, in many independent lanes, so that loads and not additions are what it waits for.
fn sum<const STREAMS: usize>(words: &[u64]) -> u64 {
    let mut lanes = [0u64; STEP];
    let length = words.len() / STREAMS / STEP;
    let (streams, rest) = words.split_at(length * STREAMS * STEP);
    for step in 0..length {
        for stream in 0..STREAMS {
            let words: &[u64; STEP] = streams[(stream * length + step) * STEP..].first_chunk().expect("a whole step");
            for (lane, &word) in lanes.iter_mut().zip(words) {
                *lane = lane.wrapping_add(word);
            }
        }
    }
    lanes.iter().chain(rest).fold(0, |sum, &word| sum.wrapping_add(word))
}

#[cfg(test)]
mod tests {
    use super::sum;

    #[test]
    fn every_word_is_read_once() {
        for length in [0, 31, 32, 1000, 4096, 100_003] {
            let words: Vec<u64> = (0..length).collect();
            let expected = words.iter().sum::<u64>();
            assert_eq!([sum::<1>, sum::<4>, sum::<8>, sum::<16>].map(|sum| sum(&words)), [expected; 4]);
        }
    }
}
