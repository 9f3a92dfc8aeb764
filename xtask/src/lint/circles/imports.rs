//! The paths that a file speaks.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use proc_macro2::{Spacing, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, Macro, UseTree, Visibility};

/// A path as it is written, segment by segment.
pub type Named = Vec<String>;

/// A path that a file speaks.
pub struct Path {
    /// Its segments.
    pub segments: Named,
    /// Whether others may use what it names through this file.
    pub exported: bool,
    /// The line.
    pub line: usize,
}

/// What a file speaks of. Tests are left out.
#[derive(Default)]
pub struct Spoken {
    /// Paths that may lead to other modules.
    pub paths: Vec<Path>,
    /// Items that the file itself defines.
    pub declared: HashSet<String>,
    /// What its `use` declarations name.
    pub names: HashMap<String, Named>,
    /// What it takes as a whole.
    pub globs: Vec<Named>,
    /// Modules around the current place that have no file of their own.
    depth: usize,
}

impl Spoken {
    /// Reads a file.
    pub fn read(text: &str) -> Result<Self> {
        let file = syn::parse_file(text)?;
        let mut spoken = Self::default();
        spoken.visit_file(&file);
        Ok(spoken)
    }

    fn speak(&mut self, segments: Named, exported: bool, line: usize) {
        // `super` inside a module without a file is that file's module.
        let outer = segments.iter().take_while(|segment| *segment == "super").count();
        let segments = match outer.min(self.depth) {
            0 => segments,
            inside if inside == outer => [vec!["self".to_owned()], segments[outer..].to_vec()].concat(),
            inside => segments[inside..].to_vec(),
        };
        self.paths.push(Path { segments, exported, line });
    }

    fn speak_uses(&mut self, tree: &UseTree, before: &Named, exported: bool, line: usize) {
        let with = |name: &dyn ToString| [before.clone(), vec![name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.speak_uses(&path.tree, &with(&path.ident), exported, line),
            UseTree::Name(name) if name.ident == "self" => self.speak_use(before.clone(), None, exported, line),
            UseTree::Name(name) => self.speak_use(with(&name.ident), None, exported, line),
            UseTree::Rename(rename) => {
                self.speak_use(with(&rename.ident), Some(rename.rename.to_string()), exported, line);
            }
            UseTree::Glob(_) => {
                if self.depth == 0 {
                    self.globs.push(before.clone());
                }
                self.speak(before.clone(), exported, line);
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.speak_uses(tree, before, exported, line));
            }
        }
    }

    fn speak_use(&mut self, path: Named, name: Option<String>, exported: bool, line: usize) {
        if self.depth == 0
            && let Some(name) = name.or_else(|| path.last().cloned())
        {
            self.names.insert(name, path.clone());
        }
        self.speak(path, exported, line);
    }

    /// Paths that begin with a keyword, in tokens that are not parsed.
    fn speak_tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            if let TokenTree::Group(group) = &tokens[at] {
                self.speak_tokens(group.stream());
            }
            let (segments, next) = path_at(&tokens, at);
            let rooted = segments.first().is_some_and(|first| ["crate", "super", "self"].contains(&first.as_str()));
            if rooted && segments.len() > 1 {
                self.speak(segments, false, tokens[at].span().start().line);
            }
            at = next.max(at + 1);
        }
    }
}

/// The path that begins at a token, and the token after it.
fn path_at(tokens: &[TokenTree], mut at: usize) -> (Named, usize) {
    let mut segments = Vec::new();
    while let Some(TokenTree::Ident(ident)) = tokens.get(at) {
        segments.push(ident.to_string());
        at += 1;
        match (tokens.get(at), tokens.get(at + 1)) {
            (Some(TokenTree::Punct(first)), Some(TokenTree::Punct(second)))
                if first.as_char() == ':' && first.spacing() == Spacing::Joint && second.as_char() == ':' =>
            {
                at += 2;
            }
            _ => break,
        }
    }
    (segments, at)
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
    })
}

fn declared(item: &Item) -> Option<(String, &[Attribute])> {
    Some(match item {
        Item::Const(item) => (item.ident.to_string(), &item.attrs),
        Item::Enum(item) => (item.ident.to_string(), &item.attrs),
        Item::Fn(item) => (item.sig.ident.to_string(), &item.attrs),
        Item::Macro(item) => (item.ident.as_ref()?.to_string(), &item.attrs),
        Item::Static(item) => (item.ident.to_string(), &item.attrs),
        Item::Struct(item) => (item.ident.to_string(), &item.attrs),
        Item::Trait(item) => (item.ident.to_string(), &item.attrs),
        Item::Type(item) => (item.ident.to_string(), &item.attrs),
        Item::Union(item) => (item.ident.to_string(), &item.attrs),
        _ => return None,
    })
}

impl<'ast> Visit<'ast> for Spoken {
    fn visit_item(&mut self, item: &'ast Item) {
        if let Some((name, attributes)) = declared(item) {
            if is_test(attributes) {
                return;
            }
            if self.depth == 0 {
                self.declared.insert(name);
            }
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if module.content.is_none() || is_test(&module.attrs) {
            return;
        }
        self.declared.insert(module.ident.to_string());
        self.depth += 1;
        visit::visit_item_mod(self, module);
        self.depth -= 1;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if is_test(&item.attrs) {
            return;
        }
        let exported = !matches!(item.vis, Visibility::Inherited);
        let line = item.use_token.span.start().line;
        self.speak_uses(&item.tree, &Vec::new(), exported, line);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Named = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 && path.leading_colon.is_none() {
            let line = path.segments[0].ident.span().start().line;
            self.speak(segments, false, line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.speak_tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }
}
