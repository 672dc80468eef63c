//! The prompt: lines until a semicolon, with history and editing.

use super::session::Session;
use crate::fail::{Done, Failure};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, Context, Editor, Helper};

pub const HELP: &str = "Statements end with ;
  CREATE STREAM | TABLE name (column type [KEY], ...) WITH (topic = '...', format = 'json', timestamp = 'column')
                                     says what a topic holds; WITH (partitions = n) makes the topic
  CREATE STREAM | TABLE name AS SELECT ...
                                     a query that fills a topic for as long as this session runs
  INSERT INTO name SELECT ...        more rows for a stream, likewise
  INSERT INTO name VALUES (...)      rows by hand
  SELECT ... FROM ... [WHERE] [GROUP BY ..., TUMBLE('10s')]
                                     answers once, with what is there now
  SELECT ... EMIT CHANGES [LIMIT n]  goes on until Ctrl-C
  SHOW TOPICS | STREAMS | TABLES | QUERIES   DESCRIBE name   EXPLAIN SELECT ...
  TERMINATE query   DROP STREAM | TABLE name [DELETE TOPIC]
help shows this, exit ends the session and its queries.";

/// Words after which a name or an expression stands, for the tab key.
const WORDS: [&str; 38] = [
    "CREATE",
    "STREAM",
    "TABLE",
    "GLOBAL",
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP",
    "BY",
    "HAVING",
    "EMIT",
    "CHANGES",
    "FINAL",
    "EVERY",
    "LIMIT",
    "INSERT",
    "INTO",
    "VALUES",
    "SHOW",
    "TOPICS",
    "STREAMS",
    "TABLES",
    "QUERIES",
    "DESCRIBE",
    "EXPLAIN",
    "TERMINATE",
    "DROP",
    "DELETE",
    "TOPIC",
    "TUMBLE",
    "HOP",
    "SESSION",
    "GRACE",
    "JOIN",
    "LEFT",
    "WITHIN",
    "WITH",
    "KEY",
];

struct Lines {
    /// Streams, tables and queries.
    names: Vec<String>,
}
impl Validator for Lines {
    fn validate(&self, cx: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if complete(cx.input()) { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}
impl Completer for Lines {
    type Candidate = String;
    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let start =
            line[..pos].rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |i| i + line[i..].chars().next().map_or(1, char::len_utf8));
        let typed = &line[start..pos];
        if typed.is_empty() {
            return Ok((pos, Vec::new()));
        }
        let lower = typed.to_lowercase();
        let upper = typed.chars().all(|c| !c.is_lowercase());
        let mut found: Vec<String> = self.names.iter().filter(|n| n.to_lowercase().starts_with(&lower)).cloned().collect();
        let words = WORDS.iter().filter(|w| w.to_lowercase().starts_with(&lower));
        found.extend(words.map(|w| if upper { (*w).to_owned() } else { w.to_lowercase() }));
        Ok((start, found))
    }
}
impl Hinter for Lines {
    type Hint = String;
}
impl Highlighter for Lines {}
impl Helper for Lines {}

/// Whether a text can be run: it is a word for the prompt itself, nothing at all, or ends with a semicolon that ends a statement.
fn complete(text: &str) -> bool {
    if command(text).is_some() || text.trim().is_empty() {
        return true;
    }
    let (mut chars, mut ended) = (text.chars().peekable(), false);
    while let Some(c) = chars.next() {
        match c {
            '\'' | '"' | '`' => {
                ended = false;
                if !chars.by_ref().any(|x| x == c) {
                    return false;
                }
            }
            '-' if chars.peek() == Some(&'-') => {
                chars.by_ref().find(|x| *x == '\n');
            }
            '/' if chars.peek() == Some(&'*') => {
                chars.next();
                let mut before = ' ';
                if !chars.by_ref().any(|x| std::mem::replace(&mut before, x) == '*' && x == '/') {
                    return false;
                }
            }
            ';' => ended = true,
            c if c.is_whitespace() => {}
            _ => ended = false,
        }
    }
    ended
}

#[derive(Debug, PartialEq, Eq)]
enum Command {
    Help,
    Exit,
}
fn command(text: &str) -> Option<Command> {
    match text.trim().trim_end_matches(';').trim_end().to_ascii_lowercase().as_str() {
        "help" | "\\h" | "\\?" | "?" => Some(Command::Help),
        "exit" | "quit" | "\\q" => Some(Command::Exit),
        _ => None,
    }
}

pub fn run(session: &mut Session) -> Done {
    let cannot = |e: ReadlineError| Failure::new(format!("The terminal cannot be read: {e}"));
    let config = Config::builder().auto_add_history(true).max_history_size(10_000).map_err(cannot)?.build();
    let mut editor: Editor<Lines, FileHistory> = Editor::with_config(config).map_err(cannot)?;
    editor.set_helper(Some(Lines { names: session.names() }));
    let file = std::env::var_os("HOME").map(|h| std::path::Path::new(&h).join(".wellhead_sql_history"));
    if let Some(f) = &file {
        // The first time there is none.
        let _ = editor.load_history(f);
    }
    println!("wellhead sql {} at {}. Statements end with ; and help shows them.", env!("CARGO_PKG_VERSION"), session.bootstrap());
    loop {
        match editor.readline("wellhead> ") {
            Ok(text) => match command(&text) {
                Some(Command::Exit) => break,
                Some(Command::Help) => println!("{HELP}"),
                None => {
                    // A mistake ends a statement and not the session.
                    if let Err(e) = session.script(&text) {
                        eprintln!("{e}");
                    }
                    if let Some(h) = editor.helper_mut() {
                        h.names = session.names();
                    }
                }
            },
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(e) => return Err(cannot(e)),
        }
        session.tell_failed();
        if session.asked_to_end() {
            break;
        }
    }
    if let Some(f) = &file {
        let _ = editor.save_history(f);
    }
    if session.queries() > 0 {
        println!("Ending {} queries; the same statements go on where they stopped.", session.queries());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustyline::history::DefaultHistory;

    #[test]
    fn a_statement_ends_with_its_semicolon() {
        for (text, want) in [
            ("", true),
            ("  \n", true),
            ("help", true),
            ("EXIT;", true),
            ("SELECT 1", false),
            ("SELECT 1;", true),
            ("SELECT ';'", false),
            ("SELECT 'it''s;' ;  ", true),
            ("SELECT \"a;b\"\nFROM t", false),
            ("SELECT 1; -- done", true),
            ("SELECT 1 -- not; yet", false),
            ("SELECT 1 /* ; */", false),
            ("SELECT 1; /* so */", true),
            ("SELECT 'open;", false),
            ("SHOW TOPICS; SELECT 1", false),
        ] {
            assert_eq!(complete(text), want, "{text}");
        }
    }

    #[test]
    fn the_tab_key_knows_names_and_words() {
        let lines = Lines { names: vec!["orders".into(), "Offers".into()] };
        let history = DefaultHistory::new();
        let of = |line: &str| lines.complete(line, line.len(), &Context::new(&history)).unwrap();
        assert_eq!(of("SELECT * FROM o"), (14, vec!["orders".to_owned(), "Offers".to_owned()]));
        assert_eq!(of("sel"), (0, vec!["select".to_owned()]));
        assert_eq!(of("SELECT x EMIT CH"), (14, vec!["CHANGES".to_owned()]));
        assert_eq!(of("SELECT "), (7, vec![]));
        assert_eq!(of("é or"), (3, vec!["orders".to_owned()]));
    }
}
