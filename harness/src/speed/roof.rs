//! The memory roof: how fast this machine reads, which no kernel on weights from memory can exceed.

use std::hint::black_box;
use std::time::Instant;

use rayon::ThreadPool;
use rayon::prelude::*;

/// Measures the read bandwidth in bytes a second with the pool's threads: the best of several passes over a buffer
/// of `bytes`, which should be several times the last cache.
pub fn read_bandwidth(pool: &ThreadPool, bytes: usize) -> f64 {
    const PASSES: usize = 7;
    let words = vec![1u64; bytes / 8];
    let chunk = words.len().div_ceil(pool.current_num_threads()).max(1);
    let pass = || {
        let start = Instant::now();
        let sum: u64 = pool.install(|| words.par_chunks(chunk).map(sum).reduce(|| 0, u64::wrapping_add));
        black_box(sum);
        (words.len() * 8) as f64 / start.elapsed().as_secs_f64()
    };
    (0..PASSES).map(|_| pass()).fold(0.0, f64::max)
}

/// Sums in many independent lanes, so that loads and not additions are what it waits for.
fn sum(words: &[u64]) -> u64 {
    let mut lanes = [0u64; 32];
    let chunks = words.chunks_exact(32);
    let rest: u64 = chunks.remainder().iter().fold(0, |sum, &word| sum.wrapping_add(word));
    for chunk in chunks {
        for (lane, &word) in lanes.iter_mut().zip(chunk) {
            *lane = lane.wrapping_add(word);
        }
    }
    lanes.iter().fold(rest, |sum, &lane| sum.wrapping_add(lane))
}
