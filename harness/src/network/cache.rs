//! Keys and values of the positions so far.

use half::f16;

/// Keys and values of one layer, position after position. They are rounded to f16, as llama.cpp stores them, and kept
/// as f32 to be read quickly.
#[derive(Clone, Debug, Default)]
pub(super) struct LayerCache {
    pub(super) keys: Vec<f32>,
    pub(super) values: Vec<f32>,
}

impl LayerCache {
    /// Adds positions.
    pub(super) fn extend(&mut self, keys: &[f32], values: &[f32]) {
        let rounded = |number: &f32| f16::from_f32(*number).to_f32();
        self.keys.extend(keys.iter().map(rounded));
        self.values.extend(values.iter().map(rounded));
    }

    /// Forgets all positions.
    pub(super) fn clear(&mut self) {
        self.keys.clear();
        self.values.clear();
    }
}
