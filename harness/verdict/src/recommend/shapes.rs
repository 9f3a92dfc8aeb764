//! Shapes of well-known models, read from `suites/size/models.toml`.

use quantmark_containers::gguf::TensorInfo;
use quantmark_model::recipe::Facts;
use serde::Deserialize;

const MODELS: &str = include_str!("../../../../suites/size/models.toml");

/// The shape of a model.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelShape {
    /// Its name in tables.
    pub name: String,
    architecture: String,
    layers: u64,
    hidden: u64,
    ffn: u64,
    heads: u64,
    kv_heads: u64,
    head: u64,
    vocabulary: u64,
    tied: bool,
    #[serde(default)]
    fused: bool,
}

impl ModelShape {
    /// Its matrices, in the order of a file; norms and biases are too small to matter and left out.
    pub fn matrices(&self) -> Vec<TensorInfo> {
        let (queries, values) = (self.heads * self.head, self.kv_heads * self.head);
        let matrix = |name: String, cols: u64, rows: u64| TensorInfo {
            name,
            shape: vec![cols, rows],
            type_id: 1,
            offset: 0,
            bytes: 0,
        };
        let mut matrices = vec![matrix("token_embd.weight".into(), self.hidden, self.vocabulary)];
        if !self.tied {
            matrices.push(matrix("output.weight".into(), self.hidden, self.vocabulary));
        }
        for layer in 0..self.layers {
            let mut add =
                |name: &str, cols, rows| matrices.push(matrix(format!("blk.{layer}.{name}.weight"), cols, rows));
            if self.fused {
                add("attn_qkv", self.hidden, queries + 2 * values);
                add("ffn_up", self.hidden, 2 * self.ffn);
            } else {
                add("attn_q", self.hidden, queries);
                add("attn_k", self.hidden, values);
                add("attn_v", self.hidden, values);
                add("ffn_gate", self.hidden, self.ffn);
                add("ffn_up", self.hidden, self.ffn);
            }
            add("attn_output", queries, self.hidden);
            add("ffn_down", self.ffn, self.hidden);
        }
        matrices
    }

    /// What a mixture asks of it.
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            architecture: &self.architecture,
            layers: self.layers,
            heads: self.heads,
            kv_heads: self.kv_heads,
            experts: 0,
        }
    }
}

/// Every model, the reference model of the ladder last.
pub fn models() -> Vec<ModelShape> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        model: Vec<ModelShape>,
    }
    toml::from_str::<File>(MODELS).expect("models.toml is checked by a test").model
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published counts of parameters, norms and biases included.
    #[test]
    fn shapes_have_the_published_number_of_weights() {
        let published = [
            ("Llama 3.2 1B", 1_235_814_400_u64),
            ("Llama 3.2 3B", 3_212_749_824),
            ("Qwen 2.5 0.5B", 494_032_768),
            ("Phi 4 mini", 3_836_021_760),
            ("Gemma 3 1B", 999_885_952),
            ("Llama 3.1 8B", 8_030_261_248),
        ];
        for (name, expected) in published {
            let model = models().into_iter().find(|model| model.name == name).unwrap();
            let weights: u64 = model.matrices().iter().map(|matrix| matrix.shape[0] * matrix.shape[1]).sum();
            let missing = expected.checked_sub(weights).unwrap_or_else(|| panic!("{name}: {weights} > {expected}"));
            assert!(missing * 2000 < expected, "{name}: {weights} of {expected}");
        }
    }
}
