//! Models in the store of a local Ollama.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::program::{Said, command, error_line, said};
use crate::sample::model;

/// Puts the sample into a store under a name's manifest; returns the digest.
fn store(folder: &Path, manifest: &str) -> String {
    let bytes = fs::read(model(folder, |_| {})).unwrap();
    let digest = hex::encode(Sha256::digest(&bytes));
    fs::create_dir_all(folder.join("blobs")).unwrap();
    fs::write(folder.join("blobs").join(format!("sha256-{digest}")), bytes).unwrap();
    let path = folder.join("manifests").join(manifest);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let layer = |kind: &str, digest: &str| {
        format!(r#"{{"mediaType":"application/vnd.ollama.image.{kind}","digest":"sha256:{digest}","size":1}}"#)
    };
    let layers = [layer("template", &"0".repeat(64)), layer("model", &digest)].join(",");
    fs::write(path, format!(r#"{{"schemaVersion":2,"config":{{}},"layers":[{layers}]}}"#)).unwrap();
    digest
}

fn inspect(folder: &Path, name: &str) -> Said {
    said(&command(&["inspect", name]).env("OLLAMA_MODELS", folder).output().unwrap())
}

#[test]
fn a_manifest_leads_to_the_model() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path(), "registry.ollama.ai/library/sample/latest");
    store(folder.path(), "registry.ollama.ai/me/sample/q4");
    for name in ["ollama:sample", "ollama:sample:latest", "ollama:me/sample:q4"] {
        let found = inspect(folder.path(), name);
        assert_eq!(found.code, Some(0), "{}", found.err);
        assert!(found.out.contains("7 tensors"), "{}", found.out);
    }
}

#[test]
fn what_the_store_does_not_hold_whole_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let manifests = "manifests/registry.ollama.ai/library";
    let digest = store(folder.path(), "registry.ollama.ai/library/sample/latest");
    let blob = folder.path().join("blobs").join(format!("sha256-{digest}"));
    let mut bytes = fs::read(&blob).unwrap();
    bytes[500] ^= 1;
    fs::write(&blob, bytes).unwrap();
    for (tag, manifest) in [
        ("text", "no JSON".to_owned()),
        ("empty", r#"{"layers":[]}"#.to_owned()),
        (
            "out",
            format!(
                r#"{{"layers":[{{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:{}"}}]}}"#,
                "../".repeat(21) + "x"
            ),
        ),
        (
            "gone",
            format!(
                r#"{{"layers":[{{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:{}"}}]}}"#,
                "1".repeat(64)
            ),
        ),
    ] {
        fs::write(folder.path().join(manifests).join("sample").join(tag), manifest).unwrap();
    }
    let mut lines = String::new();
    for name in ["sample", "other", "sample:text", "sample:empty", "sample:out", "sample:gone", "../../etc/passwd", ""]
    {
        let found = inspect(folder.path(), &format!("ollama:{name}"));
        assert_eq!(found.code, Some(2), "{}", found.err);
        lines += &error_line(&found).replace(folder.path().to_str().unwrap(), "STORE");
        lines.push('\n');
    }
    let found = Sha256::digest(fs::read(&blob).unwrap());
    insta::assert_snapshot!(lines.replace(&digest, "DIGEST").replace(&hex::encode(found), "OTHER"));
}
