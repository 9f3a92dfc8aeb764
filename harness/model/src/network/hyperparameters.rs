//! Sizes and rules of a model, from its metadata.

use quantmark_containers::gguf::{GgufError, GgufFile, Value};

use super::rope::{Layout, Rope, Scaling};

/// A kind of model that can be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// Llama and what is built like it: Mistral, SmolLM2, TinyLlama.
    Llama,
    /// Qwen 2 and 2.5: biases for query, key and value.
    Qwen2,
    /// Qwen 3: queries and keys normalized by head.
    Qwen3,
    /// Gemma 3: sliding windows, norms on both sides of a layer's halves, GELU.
    Gemma3,
}

impl Architecture {
    const ALL: [(&'static str, Self); 4] =
        [("llama", Self::Llama), ("qwen2", Self::Qwen2), ("qwen3", Self::Qwen3), ("gemma3", Self::Gemma3)];

    /// The name in `general.architecture`.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, architecture)| *architecture == self).map_or("", |(name, _)| name)
    }
}

/// Some layers see only the newest positions.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SlidingWindow {
    /// Positions that such a layer sees.
    pub(super) window: usize,
    /// Every so many layers one sees everything.
    period: usize,
    /// The rotation in such a layer.
    pub(super) rope: Rope,
}

/// Sizes and rules of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Hyperparameters {
    /// What kind of model it is.
    pub architecture: Architecture,
    /// Layers.
    pub layers: usize,
    /// Numbers that represent a token.
    pub embedding: usize,
    /// Numbers in the middle of a feed-forward network.
    pub feed_forward: usize,
    /// Attention heads.
    pub heads: usize,
    /// Heads of keys and values; several attention heads share one.
    pub kv_heads: usize,
    /// Numbers of a query and a key, by head.
    pub key_length: usize,
    /// Numbers of a value, by head.
    pub value_length: usize,
    /// Positions that the model was trained on.
    pub context: usize,
    pub(super) rms_epsilon: f32,
    pub(super) rope: Rope,
    pub(super) sliding_window: Option<SlidingWindow>,
    pub(super) attention_scale: f32,
    /// What the embedding of a token is multiplied by.
    pub(super) embedding_scale: f32,
    /// Logits are kept within plus and minus this.
    pub(super) logit_cap: Option<f32>,
}

impl Hyperparameters {
    pub(super) fn read(file: &GgufFile) -> Result<Self, GgufError> {
        let name = file.text("general.architecture")?;
        let known = Architecture::ALL.iter().find(|(known, _)| *known == name);
        let &(_, architecture) = known.ok_or_else(|| {
            let names = Architecture::ALL.map(|(name, _)| name).join(", ");
            file.content(format!("general.architecture is {name:?}, expected one of {names}"))
        })?;
        let keys = Keys { file, name };
        let embedding = keys.size("embedding_length")?;
        let heads = keys.size("attention.head_count")?;
        let kv_heads = keys.optional_size("attention.head_count_kv")?.unwrap_or(heads);
        if !heads.is_multiple_of(kv_heads) {
            return Err(file.content(format!("{heads} heads do not share {kv_heads} heads of keys and values evenly")));
        }
        let key_length = keys.optional_size("attention.key_length")?.unwrap_or(embedding / heads);
        let value_length = keys.optional_size("attention.value_length")?.unwrap_or(embedding / heads);
        let rope = read_rope(&keys, architecture, key_length)?;
        let sliding_window = match keys.optional_size("attention.sliding_window")? {
            Some(window) if architecture == Architecture::Gemma3 => {
                let base = keys.optional_real("rope.freq_base_swa")?.unwrap_or(10_000.0);
                Some(SlidingWindow { window, period: 6, rope: Rope { base, scaling: Scaling::None, ..rope.clone() } })
            }
            _ => None,
        };
        let layers = keys.size("block_count")?;
        let is_gemma = architecture == Architecture::Gemma3;
        // Of the Gemma 3 models only that of 27 billion weights, known by its layers, scales by the embedding's share.
        let scale_length = if is_gemma && layers == 62 { embedding / heads } else { key_length };
        if key_length == 0 || value_length == 0 {
            return Err(file.content(format!("an embedding of {embedding} does not suffice for {heads} heads")));
        }
        Ok(Self {
            architecture,
            layers,
            embedding,
            feed_forward: keys.size("feed_forward_length")?,
            heads,
            kv_heads,
            key_length,
            value_length,
            context: keys.size("context_length")?,
            rms_epsilon: keys.real("attention.layer_norm_rms_epsilon")?,
            rope,
            sliding_window,
            attention_scale: 1.0 / (scale_length as f32).sqrt(),
            embedding_scale: if is_gemma { (embedding as f32).sqrt() } else { 1.0 },
            logit_cap: keys.optional_real("final_logit_softcapping")?.filter(|&cap| is_gemma && cap > 0.0),
        })
    }

    /// The window of a layer that does not see everything.
    pub(super) fn window(&self, layer: usize) -> Option<&SlidingWindow> {
        self.sliding_window.as_ref().filter(|sliding| layer % sliding.period < sliding.period - 1)
    }
}

fn read_rope(keys: &Keys<'_>, architecture: Architecture, key_length: usize) -> Result<Rope, GgufError> {
    let factor = keys.optional_real("rope.scaling.factor")?.filter(|&factor| factor > 0.0).unwrap_or(1.0);
    let kind = keys.optional_text("rope.scaling.type")?.unwrap_or("linear");
    let scaling = match kind {
        "none" => Scaling::None,
        "linear" if factor == 1.0 => Scaling::None,
        "linear" => Scaling::Linear { factor },
        "yarn" => Scaling::Yarn {
            factor,
            original_context: keys
                .optional_size("rope.scaling.original_context_length")?
                .unwrap_or(keys.size("context_length")?),
            magnitude: keys.optional_real("rope.scaling.attn_factor")?.unwrap_or(1.0),
        },
        _ => return Err(keys.file.content(format!("rope.scaling.type is {kind:?}, expected none, linear or yarn"))),
    };
    let dimensions = keys.optional_size("rope.dimension_count")?.unwrap_or(key_length);
    if dimensions > key_length || !dimensions.is_multiple_of(2) {
        let message = format!("rope.dimension_count is {dimensions}, expected an even number up to {key_length}");
        return Err(keys.file.content(message));
    }
    Ok(Rope {
        layout: if architecture == Architecture::Llama { Layout::Neighbours } else { Layout::Halves },
        dimensions,
        base: keys.optional_real("rope.freq_base")?.unwrap_or(10_000.0),
        scaling,
    })
}

/// The keys of an architecture.
struct Keys<'a> {
    file: &'a GgufFile,
    name: &'a str,
}

/// More than any model has of anything, and little enough that products of two fit.
const MOST: u64 = 1 << 31;

impl<'a> Keys<'a> {
    fn key(&self, key: &str) -> String {
        format!("{}.{key}", self.name)
    }

    fn size(&self, key: &str) -> Result<usize, GgufError> {
        let key = self.key(key);
        self.file.number(&key).and_then(|number| self.checked(&key, number))
    }

    fn optional_size(&self, key: &str) -> Result<Option<usize>, GgufError> {
        if self.file.get(&self.key(key)).is_some() { self.size(key).map(Some) } else { Ok(None) }
    }

    fn checked(&self, key: &str, number: u64) -> Result<usize, GgufError> {
        if (1..MOST).contains(&number) {
            return Ok(number as usize);
        }
        Err(self.file.content(format!("{key} is {number}, expected 1 to {}", MOST - 1)))
    }

    fn real(&self, key: &str) -> Result<f32, GgufError> {
        let key = self.key(key);
        let number = self.file.real(&key)? as f32;
        if number.is_finite() && number >= 0.0 {
            return Ok(number);
        }
        Err(self.file.content(format!("{key} is {number}, expected a number of 0 or more")))
    }

    fn optional_real(&self, key: &str) -> Result<Option<f32>, GgufError> {
        if self.file.get(&self.key(key)).is_some() { self.real(key).map(Some) } else { Ok(None) }
    }

    fn optional_text(&self, key: &str) -> Result<Option<&'a str>, GgufError> {
        match self.file.get(&self.key(key)) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => {
                let (key, kind) = (self.key(key), other.value_type().name());
                Err(self.file.content(format!("{key} is of type {kind}, expected a string")))
            }
        }
    }
}
