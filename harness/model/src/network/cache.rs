//! Keys and values of the positions so far.

use half::f16;

use super::hyperparameters::Hyperparameters;

/// Numbers that the inner loops of attention take at once.
pub(super) const LANES: usize = 16;

/// Keys and values of one layer. They are rounded to f16, as llama.cpp stores them, and kept as f32 to be read quickly.
#[derive(Clone, Debug)]
pub(super) struct LayerCache {
    kv_heads: usize,
    key_length: usize,
    value_length: usize,
    positions: usize,
    /// Positions that there is room for: an odd number of cache lines, so that the keys of some positions, a line from
    /// each row, do not all fall into the same few sets of the first cache.
    capacity: usize,
    /// A row of all positions for each number of each head's key.
    keys: Vec<f32>,
    /// Position after position, head after head.
    values: Vec<f32>,
}

impl LayerCache {
    pub(super) fn new(sizes: &Hyperparameters) -> Self {
        let Hyperparameters { kv_heads, key_length, value_length, .. } = *sizes;
        Self { kv_heads, key_length, value_length, positions: 0, capacity: 0, keys: Vec::new(), values: Vec::new() }
    }

    /// Adds positions.
    pub(super) fn extend(&mut self, keys: &[f32], values: &[f32]) {
        let row = self.kv_heads * self.key_length;
        self.reserve(self.positions + keys.len() / row);
        for (at, keys) in keys.chunks_exact(row).enumerate() {
            for (index, &key) in keys.iter().enumerate() {
                self.keys[index * self.capacity + self.positions + at] = rounded(key);
            }
        }
        self.values.extend(values.iter().map(|&value| rounded(value)));
        self.positions += keys.len() / row;
    }

    /// Forgets all positions.
    pub(super) fn clear(&mut self) {
        self.positions = 0;
        self.values.clear();
    }

    /// The `index`-th numbers of a head's keys, for [`LANES`] positions from `first`, a multiple of that. What lies beyond
    /// the last position is finite.
    #[inline(always)]
    pub(super) fn keys(&self, head: usize, index: usize, first: usize) -> &[f32; LANES] {
        let row = &self.keys[(head * self.key_length + index) * self.capacity..][..self.capacity];
        row[first..].first_chunk().expect("the capacity is whole lanes")
    }

    /// A head's value at a position.
    #[inline(always)]
    pub(super) fn value(&self, head: usize, position: usize) -> &[f32] {
        &self.values[(position * self.kv_heads + head) * self.value_length..][..self.value_length]
    }

    fn reserve(&mut self, positions: usize) {
        if positions <= self.capacity {
            return;
        }
        let lines = positions.max(2 * self.capacity).div_ceil(LANES);
        let capacity = (lines | 1) * LANES;
        let mut keys = vec![0.0; self.kv_heads * self.key_length * capacity];
        if self.capacity > 0 {
            for (new, old) in keys.chunks_exact_mut(capacity).zip(self.keys.chunks_exact(self.capacity)) {
                new[..self.positions].copy_from_slice(&old[..self.positions]);
            }
        }
        (self.keys, self.capacity) = (keys, capacity);
    }
}

fn rounded(number: f32) -> f32 {
    f16::from_f32(number).to_f32()
}
