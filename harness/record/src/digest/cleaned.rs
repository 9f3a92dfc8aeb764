//! Lines of a record with every text plain and of bounded length.

use quantmark_files::plain::{plain, shortened};

use super::cell::Cell;
use super::limits;
use crate::schema::{
    CaseResult, Diagnosis, Environment, Header, Implementation, LayerSize, ModelAgainst, ModelRow, SizeRow,
};

/// Entries of a list in a header.
const LIST: usize = 64;

fn list(texts: &[String]) -> Vec<String> {
    texts.iter().take(LIST).map(|text| plain(text)).collect()
}

fn optional(text: Option<&String>) -> Option<String> {
    text.map(|text| plain(text))
}

pub fn header(header: &Header) -> Header {
    let implementation = |implementation: &Implementation| Implementation {
        name: plain(&implementation.name),
        version: plain(&implementation.version),
        variant: plain(&implementation.variant),
    };
    Header {
        schema: header.schema,
        run: plain(&header.run),
        started: plain(&header.started),
        command: list(&header.command),
        suites: list(&header.suites),
        plan: list(&header.plan),
        environment: environment(&header.environment),
        implementations: header.implementations.iter().take(LIST).map(implementation).collect(),
    }
}

fn environment(environment: &Environment) -> Environment {
    Environment {
        device: shortened(&environment.device, 80),
        target: plain(&environment.target),
        cpu: plain(&environment.cpu),
        features: list(&environment.features),
        caches: environment.caches.iter().copied().take(LIST).collect(),
        os: plain(&environment.os),
        governor: optional(environment.governor.as_ref()),
        compiler: plain(&environment.compiler),
        flags: plain(&environment.flags),
        commit: optional(environment.commit.as_ref()),
        program: optional(environment.program.as_ref()),
        ..environment.clone()
    }
}

pub fn cell(case: &CaseResult) -> Cell {
    Cell { format: plain(&case.format), backend: plain(&case.backend), level: case.level }
}

pub fn reason(case: &CaseResult) -> String {
    case.reason.as_deref().map_or_else(|| "no reason given".to_owned(), plain)
}

pub fn case(case: &CaseResult) -> CaseResult {
    CaseResult {
        id: plain(&case.id),
        level: case.level,
        format: plain(&case.format),
        backend: plain(&case.backend),
        operation: plain(&case.operation),
        case: plain(&case.case),
        state: case.state,
        reason: optional(case.reason.as_ref()),
        diagnosis: case.diagnosis.as_ref().map(diagnosis),
        seconds: case.seconds,
    }
}

fn diagnosis(diagnosis: &Diagnosis) -> Diagnosis {
    Diagnosis {
        block_hex: shortened(&diagnosis.block_hex, limits::BLOCK),
        block_decoded: shortened(&diagnosis.block_decoded, limits::BLOCK),
        expected: plain(&diagnosis.expected),
        got: plain(&diagnosis.got),
        bound: optional(diagnosis.bound.as_ref()),
        reproduce: plain(&diagnosis.reproduce),
        ..diagnosis.clone()
    }
}

pub fn size(row: SizeRow) -> SizeRow {
    let layer = |layer: LayerSize| LayerSize { layer: plain(&layer.layer), ..layer };
    SizeRow {
        format: plain(&row.format),
        layers: row.layers.into_iter().take(limits::SIZES).map(layer).collect(),
        ..row
    }
}

pub fn model(row: ModelRow) -> ModelRow {
    ModelRow {
        id: plain(&row.id),
        model: plain(&row.model),
        file_type: shortened(&row.file_type, 40),
        format: plain(&row.format),
        backend: plain(&row.backend),
        sha256: plain(&row.sha256),
        protocol: plain(&row.protocol),
        tokens_sha256: plain(&row.tokens_sha256),
        against: row.against.as_ref().map(|against| ModelAgainst {
            implementation: plain(&against.implementation),
            variant: plain(&against.variant),
            ..against.clone()
        }),
        ..row
    }
}
