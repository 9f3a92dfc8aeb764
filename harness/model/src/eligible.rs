//! Which tensors of a model are weights that quantizing may touch.

use quantmark_containers::gguf::TensorInfo;

/// Parts of names of matrices that are left as they are: small ones, or such that routing, positions and recurrence
/// depend on. The same as `llama-quantize` leaves, architecture-specific names aside.
const KEPT: &[&str] = &[
    "_norm.weight",
    "ffn_gate_inp.weight",
    "ffn_gate_tid2eid.weight",
    "altup",
    "laurel",
    "per_layer_model_proj",
    "position_embd.weight",
    "token_types.weight",
    "ssm_conv1d",
    "shortconv.conv.weight",
    "indexer.k_proj.weight",
    "indexer.q_proj.weight",
    "time_mix_first.weight",
    "time_mix_w0.weight",
    "time_mix_w1.weight",
    "time_mix_w2.weight",
    "time_mix_v0.weight",
    "time_mix_v1.weight",
    "time_mix_v2.weight",
    "time_mix_a0.weight",
    "time_mix_a1.weight",
    "time_mix_a2.weight",
    "time_mix_g1.weight",
    "time_mix_g2.weight",
    "time_mix_decay_w1.weight",
    "time_mix_decay_w2.weight",
    "time_mix_lerp_fused.weight",
    "attn_rel_b.weight",
    ".position_embd",
    "sam.pos_embd",
    "sam.neck.",
    "sam.net_",
    ".rel_pos",
    ".patch_embd",
    ".patch_merger",
    "a.rvq.codebook",
    "mm.a.code_embd",
];

/// Whether a tensor is a matrix of weights: two dimensions or more that are not 1, a name that ends in `weight`, and
/// none of the matrices that are kept.
pub fn is_weight_matrix(info: &TensorInfo) -> bool {
    info.shape.iter().skip(1).any(|&n| n > 1)
        && info.name.ends_with("weight")
        && !KEPT.iter().any(|part| info.name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eligible(name: &str, shape: &[u64]) -> bool {
        is_weight_matrix(&TensorInfo { name: name.to_owned(), shape: shape.to_vec(), type_id: 0, offset: 0, bytes: 0 })
    }

    #[test]
    fn matrices_of_weights_and_nothing_else() {
        assert!(eligible("blk.0.ffn_down.weight", &[768, 256]));
        assert!(eligible("blk.0.ffn_down_exps.weight", &[768, 256, 8]));
        assert!(eligible("token_embd.weight", &[256, 4096]));
        assert!(!eligible("blk.0.attn_norm.weight", &[256]));
        assert!(!eligible("blk.0.attn_q.weight", &[256, 1]));
        assert!(!eligible("blk.0.attn_q_norm.weight", &[64, 4]));
        assert!(!eligible("blk.0.ffn_gate_inp.weight", &[256, 8]));
        assert!(!eligible("blk.0.attn_q.bias", &[256, 2]));
    }
}
