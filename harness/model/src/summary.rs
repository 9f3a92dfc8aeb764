//! What a file holds, counted.

use quantmark_containers::gguf::{GgufFile, TensorInfo};
use serde::Serialize;

use super::audit::{Audit, audit, named_in};
use super::file_type::{FILE_TYPE_KEY, FileType};

/// The tensors of one type.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TypeShare {
    /// ggml's name of the type.
    #[serde(rename = "type")]
    pub name: String,
    /// Tensors.
    pub tensors: u64,
    /// Weights.
    pub weights: u64,
    /// Bytes.
    pub bytes: u64,
    /// Share of all weights.
    pub share: f64,
}

/// What a file claims to be in `general.file_type`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Claim {
    /// The number in the file.
    pub id: u64,
    /// The recipe's name, where there is one of that number.
    pub name: Option<String>,
    /// The format that the recipe gives most weights.
    pub main: Option<String>,
    /// Whether most weights are in that format; `None` where the recipe is unknown.
    pub held: Option<bool>,
    /// The file against the recipe, matrix by matrix; `None` where the recipe is unknown or there is no matrix.
    pub audit: Option<Audit>,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Weights of all tensors.
    pub weights: u64,
    /// Bytes of all tensors.
    pub bytes: u64,
    /// Bits of a weight, over all tensors.
    pub bits_per_weight: f64,
    /// By type, most weights first.
    pub types: Vec<TypeShare>,
    /// What the file claims.
    pub claim: Option<Claim>,
    /// What the file's name claims.
    pub named: Option<Claim>,
    /// Whether the embedding is the output too.
    pub tied_embedding: bool,
    /// Bytes of weights that a token takes: all, but of an embedding that is not the output only a row.
    pub bytes_per_token: u64,
}

impl Summary {
    /// Counts a file's tensors.
    pub fn of(file: &GgufFile) -> Self {
        let tensors = file.tensors();
        // Tensors of unknown types may claim any number of weights.
        let sum = |of: fn(&TensorInfo) -> u64| tensors.iter().map(of).fold(0, u64::saturating_add);
        let (weights, bytes) = (sum(TensorInfo::elements), sum(|tensor| tensor.bytes));
        let types = types(tensors, weights);
        let claim = file.number(FILE_TYPE_KEY).ok().map(|id| claim(file, id, &types));
        let file_name = file.path().file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let named = named_in(&file_name).map(|file_type| self::claim(file, file_type.id.into(), &types));
        let tied_embedding = file.tensor("output.weight").is_none();
        let embedding = tensors.iter().find(|tensor| tensor.name == "token_embd.weight").filter(|_| !tied_embedding);
        let unread = embedding.map_or(0, |tensor| tensor.bytes - tensor.bytes / tensor.rows().max(1));
        let bits_per_weight = ratio(bytes.saturating_mul(8), weights);
        Self { weights, bytes, bits_per_weight, types, claim, named, tied_embedding, bytes_per_token: bytes - unread }
    }
}

fn types(tensors: &[TensorInfo], all: u64) -> Vec<TypeShare> {
    let mut types: Vec<TypeShare> = Vec::new();
    for tensor in tensors {
        let name = tensor.type_name();
        let at = types.iter().position(|share| share.name == name).unwrap_or_else(|| {
            types.push(TypeShare { name: name.to_owned(), tensors: 0, weights: 0, bytes: 0, share: 0.0 });
            types.len() - 1
        });
        types[at].tensors += 1;
        types[at].weights = types[at].weights.saturating_add(tensor.elements());
        types[at].bytes += tensor.bytes;
        types[at].share = ratio(types[at].weights, all);
    }
    types.sort_by(|a, b| b.weights.cmp(&a.weights).then_with(|| a.name.cmp(&b.name)));
    types
}

fn claim(file: &GgufFile, id: u64, types: &[TypeShare]) -> Claim {
    let known = FileType::from_id(id);
    Claim {
        id,
        name: known.map(|file_type| file_type.name.to_owned()),
        main: known.map(|file_type| file_type.main.name().to_owned()),
        held: known.and_then(|file_type| {
            let most = types.first()?.weights;
            Some(types.iter().any(|share| share.weights == most && share.name == file_type.main.name()))
        }),
        audit: known.map(|file_type| audit(file, file_type)).filter(|audit| audit.matrices > 0),
    }
}

fn ratio(a: u64, b: u64) -> f64 {
    if b == 0 { 0.0 } else { a as f64 / b as f64 }
}
