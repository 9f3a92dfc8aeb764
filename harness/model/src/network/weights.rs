//! A model's tensors, found by name and checked.

use std::borrow::Cow;

use quantmark_containers::gguf::{GgufError, GgufFile, Tensor};
use quantmark_files::shown::shown;
use quantmark_kernels::Available;

use super::hyperparameters::{Architecture, Hyperparameters};
use super::matrix::Matrix;

/// All tensors of a model.
#[derive(Debug)]
pub(super) struct Weights<'f> {
    pub(super) embedding: Matrix<'f>,
    pub(super) output_norm: Cow<'f, [f32]>,
    /// From numbers back to tokens; the embedding itself where the model has no other.
    pub(super) output: Matrix<'f>,
    pub(super) output_bias: Option<Cow<'f, [f32]>>,
    /// What divides the angles of positions, by pair.
    pub(super) rope_factors: Option<Cow<'f, [f32]>>,
    pub(super) layers: Vec<Layer<'f>>,
}

/// The tensors of a layer.
#[derive(Debug)]
pub(super) struct Layer<'f> {
    pub(super) attention_norm: Cow<'f, [f32]>,
    pub(super) query: Linear<'f>,
    pub(super) key: Linear<'f>,
    pub(super) value: Linear<'f>,
    /// Norms of each head of queries and of keys.
    pub(super) head_norms: Option<[Cow<'f, [f32]>; 2]>,
    pub(super) attention_output: Linear<'f>,
    pub(super) attention_post_norm: Option<Cow<'f, [f32]>>,
    pub(super) feed_forward_norm: Cow<'f, [f32]>,
    pub(super) gate: Linear<'f>,
    pub(super) up: Linear<'f>,
    pub(super) down: Linear<'f>,
    pub(super) feed_forward_post_norm: Option<Cow<'f, [f32]>>,
}

/// A matrix and what is added to its products.
#[derive(Debug)]
pub(super) struct Linear<'f> {
    /// The matrix's name in the file.
    pub(super) name: String,
    pub(super) matrix: Matrix<'f>,
    pub(super) bias: Option<Cow<'f, [f32]>>,
}

impl<'f> Weights<'f> {
    pub(super) fn read(file: &'f GgufFile, sizes: &Hyperparameters, tier: Available) -> Result<Self, GgufError> {
        let find = Find { file, tier };
        let embedding_name = "token_embd.weight";
        let tokens = find.rows_of(embedding_name)?;
        let embedding = find.matrix(embedding_name, tokens, sizes.embedding)?;
        let output = match file.tensor("output.weight") {
            Some(_) => find.matrix("output.weight", tokens, sizes.embedding)?,
            None => embedding,
        };
        Ok(Self {
            embedding,
            output_norm: find.vector("output_norm.weight", sizes.embedding)?,
            output,
            output_bias: find.optional("output.bias", tokens)?,
            rope_factors: find.optional("rope_freqs.weight", sizes.rope.dimensions / 2)?,
            layers: (0..sizes.layers).map(|layer| find.layer(layer, sizes)).collect::<Result<_, _>>()?,
        })
    }

    /// Tokens in the embedding.
    pub(super) fn tokens(&self) -> usize {
        self.embedding.rows()
    }
}

struct Find<'f> {
    file: &'f GgufFile,
    tier: Available,
}

impl<'f> Find<'f> {
    fn layer(&self, layer: usize, sizes: &Hyperparameters) -> Result<Layer<'f>, GgufError> {
        let name = |part: &str| format!("blk.{layer}.{part}");
        let linear = |part: &str, rows: usize, cols: usize| -> Result<Linear<'f>, GgufError> {
            let matrix_name = name(&format!("{part}.weight"));
            Ok(Linear {
                matrix: self.matrix(&matrix_name, rows, cols)?,
                name: matrix_name,
                bias: self.optional(&name(&format!("{part}.bias")), rows)?,
            })
        };
        let (embedding, feed_forward) = (sizes.embedding, sizes.feed_forward);
        let (queries, keys) = (sizes.heads * sizes.key_length, sizes.kv_heads * sizes.key_length);
        let (values, gemma) = (sizes.kv_heads * sizes.value_length, sizes.architecture == Architecture::Gemma3);
        let post_norm = |part: &str| match gemma {
            true => self.vector(&name(part), embedding).map(Some),
            false => Ok(None),
        };
        let head_norms = match sizes.architecture {
            Architecture::Llama | Architecture::Qwen2 => None,
            Architecture::Qwen3 | Architecture::Gemma3 => Some([
                self.vector(&name("attn_q_norm.weight"), sizes.key_length)?,
                self.vector(&name("attn_k_norm.weight"), sizes.key_length)?,
            ]),
        };
        Ok(Layer {
            attention_norm: self.vector(&name("attn_norm.weight"), embedding)?,
            query: linear("attn_q", queries, embedding)?,
            key: linear("attn_k", keys, embedding)?,
            value: linear("attn_v", values, embedding)?,
            head_norms,
            attention_output: linear("attn_output", embedding, sizes.heads * sizes.value_length)?,
            attention_post_norm: post_norm("post_attention_norm.weight")?,
            feed_forward_norm: self.vector(&name("ffn_norm.weight"), embedding)?,
            gate: linear("ffn_gate", feed_forward, embedding)?,
            up: linear("ffn_up", feed_forward, embedding)?,
            down: linear("ffn_down", embedding, feed_forward)?,
            feed_forward_post_norm: post_norm("post_ffw_norm.weight")?,
        })
    }

    fn tensor(&self, name: &str) -> Result<Tensor<'f>, GgufError> {
        self.file.tensor(name).ok_or_else(|| self.file.content(format!("no tensor {}", shown(name))))
    }

    fn rows_of(&self, name: &str) -> Result<usize, GgufError> {
        let rows = self.tensor(name)?.info().rows();
        usize::try_from(rows).map_err(|_| self.file.content(format!("tensor {} is too large", shown(name))))
    }

    fn matrix(&self, name: &str, rows: usize, cols: usize) -> Result<Matrix<'f>, GgufError> {
        let tensor = self.tensor(name)?;
        self.check_shape(name, &tensor.info().shape, &[cols as u64, rows as u64])?;
        let format = tensor.info().format();
        format.and_then(|format| Matrix::new(format, self.tier, tensor.data(), rows, cols)).ok_or_else(|| {
            let kind = tensor.info().type_name();
            self.file.content(format!("tensor {}: type {kind} is not one that is multiplied", shown(name)))
        })
    }

    fn vector(&self, name: &str, len: usize) -> Result<Cow<'f, [f32]>, GgufError> {
        let tensor = self.tensor(name)?;
        self.check_shape(name, &tensor.info().shape, &[len as u64])?;
        let kind = tensor.info().type_name();
        let numbers = tensor.as_f32();
        let numbers = numbers
            .ok_or_else(|| self.file.content(format!("tensor {} is of type {kind}, expected f32", shown(name))))?;
        match numbers.iter().position(|number| !number.is_finite()) {
            Some(at) => Err(self.file.content(format!("tensor {}: element {at} is {}", shown(name), numbers[at]))),
            None => Ok(numbers),
        }
    }

    fn optional(&self, name: &str, len: usize) -> Result<Option<Cow<'f, [f32]>>, GgufError> {
        if self.file.tensor(name).is_some() { self.vector(name, len).map(Some) } else { Ok(None) }
    }

    /// Trailing dimensions of 1 do not count.
    fn check_shape(&self, name: &str, shape: &[u64], expected: &[u64]) -> Result<(), GgufError> {
        let significant = shape.len().min(expected.len());
        if shape[..significant] == expected[..significant]
            && shape[significant..].iter().all(|&n| n == 1)
            && significant == expected.len()
        {
            return Ok(());
        }
        Err(self.file.content(format!("tensor {} has shape {shape:?}, expected {expected:?}", shown(name))))
    }
}
