//! A model at work on one text.

use std::ops::Range;

use rayon::prelude::*;

use super::Model;
use super::attention::attend;
use super::cache::LayerCache;
use super::elementwise::{add, rms_norm, times_gelu, times_silu};
use super::hyperparameters::Architecture;
use super::matrix::multiply_each;
use super::rope::Rope;
use super::weights::{Layer, Linear};
use crate::tokenizer::TokenId;

/// A text that a model has read so far.
pub struct Session<'m, 'f> {
    model: &'m Model<'f>,
    caches: Vec<LayerCache>,
    position: usize,
    observer: Option<Box<Observer<'m>>>,
}

/// Hears of each layer's matrix that is multiplied: its name, its columns, and with what, rows of as many numbers.
pub type Observer<'m> = dyn FnMut(&str, usize, &[f32]) + 'm;

impl<'m, 'f> Session<'m, 'f> {
    /// A session at the beginning of a text.
    pub fn new(model: &'m Model<'f>) -> Self {
        Self {
            model,
            caches: vec![LayerCache::new(&model.hyperparameters); model.hyperparameters.layers],
            position: 0,
            observer: None,
        }
    }

    /// A session that tells what the layers' matrices are multiplied with.
    pub fn observed(model: &'m Model<'f>, observer: impl FnMut(&str, usize, &[f32]) + 'm) -> Self {
        Self { observer: Some(Box::new(observer)), ..Self::new(model) }
    }

    /// Tokens read so far.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Goes back to the beginning of a text.
    pub fn restart(&mut self) {
        self.caches.iter_mut().for_each(LayerCache::clear);
        self.position = 0;
    }

    /// Reads tokens. Returns what the model has at the end of the last layer for those of them in `wanted`: rows of
    /// numbers that [`Model::logits`] takes.
    ///
    /// # Errors
    /// A token that the vocabulary does not have.
    pub fn read(&mut self, tokens: &[TokenId], wanted: Range<usize>) -> Result<Vec<f32>, UnknownToken> {
        let sizes = &self.model.hyperparameters;
        let weights = &self.model.weights;
        if let Some(&token) = tokens.iter().find(|&&token| token as usize >= weights.tokens()) {
            return Err(UnknownToken { token, tokens: weights.tokens() });
        }
        let mut x = vec![0.0; tokens.len() * sizes.embedding];
        x.par_chunks_mut(sizes.embedding).zip(tokens).for_each(|(row, &token)| {
            weights.embedding.row(token as usize, row);
            row.iter_mut().for_each(|x| *x *= sizes.embedding_scale);
        });
        for (index, layer) in weights.layers.iter().enumerate() {
            self.attention(index, layer, &mut x);
            self.feed_forward(layer, &mut x);
        }
        self.position += tokens.len();
        Ok(x[wanted.start * sizes.embedding..wanted.end * sizes.embedding].to_vec())
    }

    fn attention(&mut self, index: usize, layer: &Layer<'_>, x: &mut [f32]) {
        let sizes = &self.model.hyperparameters;
        let window = sizes.window(index);
        let rope = window.map_or(&sizes.rope, |window| &window.rope);
        let normed = self.model.normed(x, &layer.attention_norm);
        let [mut queries, mut keys, values] = self.multiply([&layer.query, &layer.key, &layer.value], &normed);
        let norms = layer.head_norms.as_ref().map(|[query, key]| (&**query, &**key));
        self.place(&mut queries, sizes.heads, rope, norms.map(|(query, _)| query));
        self.place(&mut keys, sizes.kv_heads, rope, norms.map(|(_, key)| key));
        self.caches[index].extend(&keys, &values);
        let attended = attend(sizes, &self.caches[index], &queries, self.position, window.map(|window| window.window));
        let [mut out] = self.multiply([&layer.attention_output], &attended);
        if let Some(norm) = &layer.attention_post_norm {
            out = self.model.normed(&out, norm);
        }
        add(x, &out);
    }

    /// Norms the heads of each token, where the model does so, and turns them to the token's position.
    fn place(&self, rows: &mut [f32], heads: usize, rope: &Rope, norm: Option<&[f32]>) {
        let (sizes, first) = (&self.model.hyperparameters, self.position);
        let factors = self.model.weights.rope_factors.as_deref();
        rows.par_chunks_mut(heads * sizes.key_length).enumerate().for_each(|(token, row)| {
            let angles = rope.angles(first + token, factors);
            for head in row.chunks_mut(sizes.key_length) {
                if let Some(norm) = norm {
                    rms_norm(head, norm, sizes.rms_epsilon);
                }
                rope.turn(head, &angles);
            }
        });
    }

    fn feed_forward(&mut self, layer: &Layer<'_>, x: &mut [f32]) {
        let sizes = &self.model.hyperparameters;
        let normed = self.model.normed(x, &layer.feed_forward_norm);
        let [mut gate, up] = self.multiply([&layer.gate, &layer.up], &normed);
        let activation = if sizes.architecture == Architecture::Gemma3 { times_gelu } else { times_silu };
        let rows = gate.par_chunks_mut(sizes.feed_forward).zip(up.par_chunks(sizes.feed_forward));
        rows.for_each(|(gate, up)| activation(up, gate));
        let [mut out] = self.multiply([&layer.down], &gate);
        if let Some(norm) = &layer.feed_forward_post_norm {
            out = self.model.normed(&out, norm);
        }
        add(x, &out);
    }

    fn multiply<const N: usize>(&mut self, linears: [&Linear<'_>; N], inputs: &[f32]) -> [Vec<f32>; N] {
        if let Some(observer) = &mut self.observer {
            for linear in linears {
                observer(&linear.name, linear.matrix.cols(), inputs);
            }
        }
        let mut all = multiply_each(linears.map(|linear| &linear.matrix), inputs);
        for (linear, out) in linears.into_iter().zip(&mut all) {
            if let Some(bias) = &linear.bias {
                out.chunks_mut(bias.len()).for_each(|row| add(row, bias));
            }
        }
        all
    }
}

/// A token that a model does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("token {token}, the model has {tokens}")]
pub struct UnknownToken {
    token: TokenId,
    tokens: usize,
}
