//! Circles in a tree of modules.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;

use super::tree::{Import, ModulePath, Tree};

/// Modules each of which imports the next, and the last the first.
pub struct Circle {
    steps: Vec<(ModulePath, String)>,
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |path: &ModulePath| if path.is_empty() { "crate".to_owned() } else { path.join("::") };
        for (module, place) in &self.steps {
            write!(f, "{} ({place}) -> ", name(module))?;
        }
        f.write_str(&name(&self.steps[0].0))
    }
}

/// For each module one shortest circle through every group of its children, and itself, that import each other.
pub fn circles(tree: &Tree, imports: &[Import]) -> Vec<Circle> {
    tree.paths().flat_map(|parent| circles_below(tree, parent, imports)).collect()
}

/// A step to a module, and where the first import behind it stands.
type Steps<'a> = BTreeMap<&'a [String], &'a str>;

fn circles_below(tree: &Tree, parent: &[String], imports: &[Import]) -> Vec<Circle> {
    let mut graph: BTreeMap<&[String], Steps<'_>> = BTreeMap::new();
    if tree.children(parent).next().is_none() {
        return Vec::new();
    }
    // Which child holds a module, or the parent's own file.
    let node = |module: &'_ ModulePath| module.starts_with(parent).then_some(module.len().min(parent.len() + 1));
    for import in imports {
        let (Some(from), Some(to)) = (node(&import.from), node(&import.to)) else { continue };
        let (from, to) = (&import.from[..from], &import.to[..to]);
        if from != to {
            graph.entry(from).or_default().entry(to).or_insert(&import.place);
        }
    }
    let mut circles: Vec<Circle> = Vec::new();
    let mut covered: Vec<&[String]> = Vec::new();
    for &start in graph.keys() {
        if covered.contains(&start) {
            continue;
        }
        if let Some(steps) = shortest(&graph, start) {
            covered.extend(steps.iter().map(|(module, _)| *module));
            let steps = steps.into_iter().map(|(module, place)| (module.to_vec(), place.to_owned())).collect();
            circles.push(Circle { steps });
        }
    }
    circles
}

/// The shortest way from a module back to itself.
fn shortest<'a>(
    graph: &BTreeMap<&'a [String], Steps<'a>>,
    start: &'a [String],
) -> Option<Vec<(&'a [String], &'a str)>> {
    let mut came_from: HashMap<&[String], (&'a [String], &'a str)> = HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(module) = queue.pop_front() {
        for (&next, &place) in graph.get(module).into_iter().flatten() {
            if came_from.contains_key(next) {
                continue;
            }
            came_from.insert(next, (module, place));
            if next == start {
                let mut steps = Vec::new();
                let mut at = start;
                loop {
                    let (before, place) = came_from[at];
                    steps.push((before, place));
                    at = before;
                    if at == start {
                        break;
                    }
                }
                steps.reverse();
                return Some(steps);
            }
            queue.push_back(next);
        }
    }
    None
}
