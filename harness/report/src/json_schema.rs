//! The JSON Schemas of what this program writes for other programs to read.

use quantmark_record::Document;
use quantmark_record::schema::Line;
use quantmark_verdict::comparison::Comparison;
use quantmark_verdict::regression::Entry;
use schemars::{JsonSchema, schema_for};

/// A published schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFile {
    /// Name of the file in `reports/schema/`.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

/// Every published schema: what `reports/schema/` must hold.
pub fn schema_files() -> Vec<SchemaFile> {
    vec![
        file::<Line>("run-line.json"),
        file::<Document>("document.json"),
        file::<Comparison>("comparison.json"),
        file::<Entry>("history-line.json"),
    ]
}

fn file<T: JsonSchema>(name: &'static str) -> SchemaFile {
    let schema = schema_for!(T);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    text.push('\n');
    SchemaFile { name, text }
}
