//! The store of a local Ollama: a manifest names the blob that is the model.

use std::fs;
use std::path::{Path, PathBuf};

use quantmark_files::checksum::sha256;
use quantmark_files::shown::shown_text;
use serde::Deserialize;

use super::error::StoreError;

/// The kind of layer that is a model.
const MODEL: &str = "application/vnd.ollama.image.model";

/// A manifest is small; what is larger is none.
const LARGEST_MANIFEST: u64 = 1 << 20;

#[derive(Deserialize)]
struct Manifest {
    layers: Vec<Layer>,
}

#[derive(Deserialize)]
struct Layer {
    #[serde(rename = "mediaType")]
    media_type: String,
    digest: String,
}

/// The store: `OLLAMA_MODELS`, else that of the user.
pub(super) fn store() -> Result<PathBuf, StoreError> {
    if let Some(folder) = std::env::var_os("OLLAMA_MODELS") {
        return Ok(folder.into());
    }
    let home = std::env::var_os("HOME").ok_or(StoreError::NoOllama)?;
    Ok(Path::new(&home).join(".ollama/models"))
}

/// The blob of `[HOST/][NAMESPACE/]NAME[:TAG]`, whose digest is checked.
pub(super) fn find(name: &str, store: &Path) -> Result<PathBuf, StoreError> {
    let shown = format!("ollama:{}", shown_text(name, 80));
    let manifest_path = store.join("manifests").join(manifest(name).ok_or_else(|| {
        let problem = "no name of a model; expected [HOST/][NAMESPACE/]NAME[:TAG]".to_owned();
        StoreError::Ollama { name: shown.clone(), problem }
    })?);
    let no_model = |reason: &dyn std::fmt::Display| StoreError::ollama(&shown, &manifest_path, reason);
    let size = fs::metadata(&manifest_path).map_err(|error| no_model(&error))?.len();
    if size > LARGEST_MANIFEST {
        return Err(no_model(&format!("{size} bytes are no manifest")));
    }
    let bytes = fs::read(&manifest_path).map_err(|error| no_model(&error))?;
    let manifest: Manifest =
        serde_json::from_slice(&bytes).map_err(|error| no_model(&format!("no manifest: {error}")))?;
    let layer = manifest.layers.iter().find(|layer| layer.media_type == MODEL);
    let digest = layer.map(|layer| layer.digest.as_str()).ok_or_else(|| no_model(&"it names no model"))?;
    let hex = digest
        .strip_prefix("sha256:")
        .filter(|hex| hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let hex = hex.ok_or_else(|| no_model(&format!("{} is no SHA-256", shown_text(digest, 80))))?;
    let blob = store.join("blobs").join(format!("sha256-{hex}"));
    let found = sha256(&blob).map_err(|error| StoreError::ollama(&shown, &blob, error))?;
    if !found.eq_ignore_ascii_case(hex) {
        return Err(StoreError::ollama(&shown, &blob, format!("its SHA-256 is {found}")));
    }
    Ok(blob)
}

/// Where the manifest of a name lies; `None` for what is no name, such as one that leads out of the store.
fn manifest(name: &str) -> Option<PathBuf> {
    let (name, tag) = match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (name, "latest"),
    };
    let parts: Vec<&str> = name.split('/').collect();
    let plain = |part: &&str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "._-:".contains(c))
    };
    if !parts.iter().chain([&tag]).all(plain) {
        return None;
    }
    let (host, namespace, name) = match parts.as_slice() {
        [name] => ("registry.ollama.ai", "library", *name),
        [namespace, name] => ("registry.ollama.ai", *namespace, *name),
        [host, namespace, name] => (*host, *namespace, *name),
        _ => return None,
    };
    Some([host, namespace, name, tag].iter().collect())
}

#[cfg(test)]
mod tests {
    use super::manifest;

    #[test]
    fn names_lead_to_manifests_and_never_out_of_the_store() {
        let of = |name: &str| manifest(name).map(|path| path.to_string_lossy().into_owned());
        assert_eq!(of("qwen3").unwrap(), "registry.ollama.ai/library/qwen3/latest");
        assert_eq!(of("qwen3:0.6b").unwrap(), "registry.ollama.ai/library/qwen3/0.6b");
        assert_eq!(of("me/mine:q4").unwrap(), "registry.ollama.ai/me/mine/q4");
        assert_eq!(of("hf.co:443/me/mine").unwrap(), "hf.co:443/me/mine/latest");
        for hostile in ["", "..", "../x", "a/../b", "a:../../etc", "/etc/passwd", "a//b", "a b", "a/b/c/d", "x:"] {
            assert_eq!(of(hostile), None, "{hostile}");
        }
    }
}
