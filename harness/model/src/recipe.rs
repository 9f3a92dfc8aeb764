//! Which format each matrix of a model gets: the mixtures of `llama-quantize`. Source: llama.cpp
//! `llama_tensor_get_type_impl`; rules for architectures that cannot be run here are left out.

use quantmark_containers::gguf::{GgufFile, TensorInfo};
use quantmark_kernels::Format;

use super::file_type::FileType;

/// What a matrix is for, as its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Output,
    TokenEmbedding,
    AttentionKeyValueQuery,
    AttentionValue,
    AttentionKey,
    AttentionQuery,
    AttentionOutput,
    FeedForwardUp,
    FeedForwardGate,
    FeedForwardDown,
    Other,
}

impl Role {
    /// The first part of a name that is found decides.
    const PARTS: [(&'static str, Self); 9] = [
        ("attn_qkv.weight", Self::AttentionKeyValueQuery),
        ("attn_kv_b.weight", Self::AttentionValue),
        ("attn_v.weight", Self::AttentionValue),
        ("attn_k.weight", Self::AttentionKey),
        ("attn_q.weight", Self::AttentionQuery),
        ("attn_output.weight", Self::AttentionOutput),
        ("ffn_up", Self::FeedForwardUp),
        ("ffn_gate", Self::FeedForwardGate),
        ("ffn_down", Self::FeedForwardDown),
    ];

    fn of(name: &str) -> Self {
        match name {
            "output.weight" => Self::Output,
            "token_embd.weight" | "per_layer_token_embd.weight" => Self::TokenEmbedding,
            _ => Self::PARTS.iter().find(|(part, _)| name.contains(part)).map_or(Self::Other, |&(_, role)| role),
        }
    }

    /// Values, which quantizing harms most.
    const fn has_values(self) -> bool {
        matches!(self, Self::AttentionValue | Self::AttentionKeyValueQuery)
    }
}

/// Whether a matrix is the embedding or the output, which need no importance whatever their format.
pub fn is_embedding_or_output(name: &str) -> bool {
    matches!(Role::of(name), Role::Output | Role::TokenEmbedding)
}

/// A mixture at work on one model: matrices are asked for in the order of [`order`].
#[derive(Debug)]
pub struct Recipe<'a> {
    file_type: &'a FileType,
    has_importance: bool,
    /// Attention heads that share one head of keys and values.
    heads_a_kv_head: u64,
    experts: u64,
    layers: i64,
    is_70b: bool,
    tied: bool,
    /// Matrices with values, and how many were asked for.
    values: (i64, i64),
    downs: i64,
    gates: i64,
    ups: i64,
}

/// What a mixture asks of a model.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The architecture, as the file names it.
    pub architecture: &'a str,
    /// Layers.
    pub layers: u64,
    /// Attention heads.
    pub heads: u64,
    /// Heads of keys and values.
    pub kv_heads: u64,
    /// Experts; 0 where there are none.
    pub experts: u64,
}

impl<'a> Recipe<'a> {
    /// The mixture of a file type for a model.
    pub fn new(file: &GgufFile, file_type: &'a FileType, has_importance: bool) -> Self {
        let architecture = file.text("general.architecture").unwrap_or_default();
        let number = |key: &str| file.number(&format!("{architecture}.{key}")).ok();
        let heads = number("attention.head_count").unwrap_or(0);
        let facts = Facts {
            architecture,
            layers: number("block_count").unwrap_or(0),
            heads,
            kv_heads: number("attention.head_count_kv").unwrap_or(heads),
            experts: number("expert_count").unwrap_or(0),
        };
        Self::of(&facts, file.tensors(), file_type, has_importance)
    }

    /// The mixture of a file type for a model of these facts and tensors.
    pub fn of(facts: &Facts<'_>, tensors: &[TensorInfo], file_type: &'a FileType, has_importance: bool) -> Self {
        let &Facts { architecture, layers, heads, kv_heads, experts } = facts;
        let names = || tensors.iter().map(|tensor| tensor.name.as_str());
        Self {
            file_type,
            has_importance,
            heads_a_kv_head: heads.checked_div(kv_heads).unwrap_or(0),
            experts,
            layers: i64::try_from(layers).unwrap_or(i64::MAX),
            is_70b: layers == 80 && (architecture == "qwen2" || architecture == "llama" && heads != kv_heads),
            tied: names().all(|name| Role::of(name) != Role::Output),
            values: (names().filter(|name| Role::of(name).has_values()).count() as i64, 0),
            downs: 0,
            gates: 0,
            ups: 0,
        }
    }

    /// The format of the next matrix.
    pub fn format(&mut self, info: &TensorInfo) -> Format {
        let main = self.file_type.main;
        let role = Role::of(&info.name);
        if role == Role::Output || (self.tied && role == Role::TokenEmbedding) {
            return self.output(info);
        }
        if self.file_type.name == "MXFP4_MOE" {
            return if info.shape.get(2).is_some_and(|&experts| experts > 1) { Format::MXFP4 } else { Format::Q8_0 };
        }
        if role == Role::TokenEmbedding {
            return self.embedding();
        }
        if matches!(self.file_type.name, "IQ2_XXS" | "IQ2_XS" | "IQ2_S" | "IQ2_M" | "IQ1_S" | "IQ1_M") {
            return self.below_three_bits(role);
        }
        match role {
            Role::AttentionValue | Role::AttentionKeyValueQuery => self.value(),
            Role::AttentionKey | Role::AttentionQuery => self.key_or_query(role),
            Role::FeedForwardDown => self.down(info),
            Role::AttentionOutput => self.attention_output(),
            Role::FeedForwardGate | Role::FeedForwardUp => self.gate_or_up(role, info),
            Role::Output | Role::TokenEmbedding | Role::Other => main,
        }
    }

    fn output(&self, info: &TensorInfo) -> Format {
        let main = self.file_type.main;
        match self.file_type.name {
            "MXFP4_MOE" => Format::Q8_0,
            _ if !info.cols().is_multiple_of(main.spec().block_len as u64) => Format::Q8_0,
            "IQ2_XXS" | "IQ2_XS" | "IQ3_XXS" | "IQ1_S" | "IQ2_S" | "IQ2_M" | "IQ1_M" => Format::Q5_K,
            "Q8_0" => Format::Q8_0,
            _ => Format::Q6_K,
        }
    }

    fn embedding(&self) -> Format {
        match self.file_type.name {
            "IQ2_XXS" | "IQ2_XS" | "IQ1_S" | "IQ1_M" => Format::Q2_K,
            "IQ2_S" | "IQ2_M" | "IQ3_XXS" => Format::IQ3_S,
            "TQ1_0" | "TQ2_0" | "Q2_0" => Format::Q4_K,
            _ => self.file_type.main,
        }
    }

    fn below_three_bits(&mut self, role: Role) -> Format {
        let main = self.file_type.main;
        let larger = if matches!(self.file_type.name, "IQ2_S" | "IQ2_M") { Format::IQ3_S } else { Format::Q2_K };
        match role {
            _ if role.has_values() => {
                self.values.1 += 1;
                if self.heads_a_kv_head >= 4 || self.experts >= 4 { Format::Q4_K } else { larger }
            }
            Role::AttentionKey if self.experts == 8 => Format::Q4_K,
            Role::FeedForwardDown => {
                self.downs += 1;
                if self.downs - 1 < self.layers / 8 { larger } else { main }
            }
            Role::AttentionOutput if self.experts == 8 => Format::Q5_K,
            Role::AttentionOutput => match self.file_type.name {
                "IQ1_S" | "IQ1_M" => Format::IQ2_XXS,
                "IQ2_S" | "IQ2_M" => Format::IQ3_S,
                _ => main,
            },
            _ => main,
        }
    }

    fn value(&mut self) -> Format {
        let (all, index) = self.values;
        self.values.1 += 1;
        if self.experts == 8 {
            return Format::Q8_0;
        }
        let shared = self.heads_a_kv_head >= 4;
        let format = match self.file_type.name {
            "Q2_K" => {
                if shared {
                    Format::Q4_K
                } else {
                    Format::Q3_K
                }
            }
            "Q2_K_S" | "IQ3_XXS" | "IQ3_XS" | "IQ3_S" if shared => Format::Q4_K,
            "IQ3_XXS" => {
                if self.has_importance {
                    Format::IQ3_XXS
                } else {
                    Format::IQ3_S
                }
            }
            "IQ3_M" => Format::Q4_K,
            "Q3_K_M" => {
                if index < 2 {
                    Format::Q5_K
                } else {
                    Format::Q4_K
                }
            }
            "Q3_K_L" => Format::Q5_K,
            "IQ4_NL" | "IQ4_XS" if shared => Format::Q5_K,
            "Q4_K_M" | "Q5_K_M" if wants_more_bits(index, all) => Format::Q6_K,
            "Q4_K_S" if index < 4 => Format::Q5_K,
            _ => self.file_type.main,
        };
        // With eight heads to one of values, these are small, and more bits cost next to nothing.
        if self.is_70b && matches!(format, Format::Q3_K | Format::Q4_K) { Format::Q5_K } else { format }
    }

    fn key_or_query(&self, role: Role) -> Format {
        match self.file_type.name {
            _ if self.experts == 8 && role == Role::AttentionKey => Format::Q8_0,
            "IQ3_XS" => Format::IQ3_XXS,
            "IQ3_XXS" => Format::IQ2_S,
            _ => self.file_type.main,
        }
    }

    fn down(&mut self, info: &TensorInfo) -> Format {
        let (layer, layers) = (self.layer(self.downs, info), self.layers);
        self.downs += 1;
        let first_eighth = layer < layers / 8;
        match self.file_type.name {
            "Q2_K" => Format::Q3_K,
            "Q2_K_S" if first_eighth => Format::Q4_K,
            "IQ3_XXS" if !self.has_importance => {
                if first_eighth {
                    Format::Q4_K
                } else {
                    Format::Q3_K
                }
            }
            "Q3_K_M" => {
                if layer < layers / 16 {
                    Format::Q5_K
                } else {
                    Format::Q4_K
                }
            }
            "IQ3_M" if first_eighth || self.experts == 8 && wants_more_bits(layer, layers) => Format::Q4_K,
            "Q3_K_L" => Format::Q5_K,
            "Q4_K_M" | "Q5_K_M" if wants_more_bits(layer, layers) => Format::Q6_K,
            "IQ4_NL" | "IQ4_XS" if first_eighth && !self.has_importance => Format::Q5_K,
            "Q4_K_S" if first_eighth => Format::Q5_K,
            "Q4_0" if first_eighth && self.has_importance => Format::Q4_1,
            "Q5_0" if first_eighth && self.has_importance => Format::Q5_1,
            _ => self.file_type.main,
        }
    }

    fn attention_output(&self) -> Format {
        if self.experts == 8 {
            return match self.file_type.name {
                "Q2_K" | "IQ3_XS" | "IQ3_XXS" | "Q3_K_S" | "Q3_K_M" | "IQ4_NL" | "Q4_K_S" | "Q4_K_M" | "IQ3_S"
                | "IQ3_M" | "IQ4_XS" => Format::Q5_K,
                _ => self.file_type.main,
            };
        }
        match self.file_type.name {
            "Q2_K" => Format::Q3_K,
            "IQ3_XXS" => Format::IQ3_S,
            "Q3_K_M" | "IQ3_M" => Format::Q4_K,
            "Q3_K_L" => Format::Q5_K,
            _ => self.file_type.main,
        }
    }

    fn gate_or_up(&mut self, role: Role, info: &TensorInfo) -> Format {
        let count = if role == Role::FeedForwardGate { &mut self.gates } else { &mut self.ups };
        let index = *count;
        *count += 1;
        let (layer, layers) = (self.layer(index, info), self.layers);
        let in_the_middle = layer >= layers / 8 && layer < 7 * layers / 8;
        if self.file_type.name == "IQ3_XS" && in_the_middle { Format::IQ3_XXS } else { self.file_type.main }
    }

    /// The layer of a matrix: where there are experts its name says, else it is counted.
    fn layer(&self, counted: i64, info: &TensorInfo) -> i64 {
        if self.experts > 1 { layer_of(&info.name).unwrap_or(counted) } else { counted }
    }
}

/// The layers that get more bits: the first and the last eighth, and every third between.
const fn wants_more_bits(layer: i64, layers: i64) -> bool {
    layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2
}

/// The number in `blk.N.`.
fn layer_of(name: &str) -> Option<i64> {
    name.strip_prefix("blk.")?.split('.').next()?.parse().ok()
}

/// The places of tensors in the order in which a mixture counts them: by layer, then by name; those of no layer first.
pub fn order(tensors: &[TensorInfo]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..tensors.len()).collect();
    order.sort_by_key(|&index| {
        let name = &tensors[index].name;
        (layer_of(name).unwrap_or(-1), name)
    });
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_roles() {
        assert_eq!(Role::of("blk.3.attn_qkv.weight"), Role::AttentionKeyValueQuery);
        assert_eq!(Role::of("blk.3.ffn_down_exps.weight"), Role::FeedForwardDown);
        assert_eq!(Role::of("blk.3.attn_q_norm.weight"), Role::Other);
        assert!(is_embedding_or_output("token_embd.weight") && !is_embedding_or_output("blk.0.attn_v.weight"));
    }

    #[test]
    fn layers_are_counted_as_numbers() {
        let named = |name: &str| TensorInfo { name: name.to_owned(), shape: vec![1], type_id: 0, offset: 0, bytes: 4 };
        let tensors = ["blk.10.a", "blk.9.b", "token_embd.weight", "blk.9.a"].map(named);
        assert_eq!(order(&tensors), [2, 3, 1, 0]);
    }
}
