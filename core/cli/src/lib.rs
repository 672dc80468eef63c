//! The `wellhead` command as a library: the binary and the Python package run the same code.
//!
//! Owns: what the arguments mean, what is printed, and exit codes (0 done, 1 failed, 2 wrong usage, 130 interrupted twice). Does not
//! own: anything that a program could do without a terminal; that is in the crate `wellhead`. Invariants: results go to stdout and
//! everything else to stderr; a failure is one sentence with what to do about it; a reader that closes the pipe ends the command
//! quietly.

mod args;
mod bench;
mod connect;
mod consume;
mod doctor;
mod fail;
mod format;
mod group;
mod offsets;
mod output;
mod produce;
mod properties;
mod serve;
mod sql;
mod stop;
mod time;
mod topic;

use args::{Cli, Command, LogFormat};
use clap::{CommandFactory, Parser};
use fail::Done;
use std::ffi::OsString;
use std::io::IsTerminal;

/// Runs one command line, program name included, and returns its exit code. Blocks until the command is done; `serve` and
/// `consume` are done when they are told to stop.
pub fn run<I, T>(args: I) -> i32
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(e) => {
            // Help and version come this way as well. A pipe that is closed already is nobody's problem here.
            let _ = e.print();
            return e.exit_code();
        }
    };
    match dispatch(cli) {
        Ok(()) => 0,
        Err(failure) => failure.report(),
    }
}

/// Log lines go to standard error: those of a server, and of any command that WELLHEAD_LOG asks for them.
fn log(command: &Command) {
    let wanted = std::env::var("WELLHEAD_LOG").ok();
    let format = match command {
        Command::Serve(a) => a.log_format.unwrap_or_default(),
        _ if wanted.is_some() => LogFormat::Text,
        _ => return,
    };
    let filter = tracing_subscriber::EnvFilter::new(wanted.as_deref().unwrap_or("warn"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A host that has set up its own log keeps it.
    let _ = match format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}

fn dispatch(cli: Cli) -> Done {
    log(&cli.command);
    let global = cli.global;
    match cli.command {
        Command::Serve(a) => serve::run(&a),
        Command::Doctor(a) => doctor::run(&global, &a),
        Command::Topic { command } => topic::run(&global, command),
        Command::Produce(a) => produce::run(&global, &a),
        Command::Consume(a) => consume::run(&global, &a),
        Command::Group { command } => group::run(&global, command),
        Command::Sql(a) => sql::run(&global, &a),
        Command::Bench { command } => bench::run(&global, command),
        Command::Completions { shell } => {
            // Into memory first: the generator panics when a closed pipe refuses it.
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "wellhead", &mut text);
            let mut out = output::Out::stdout(false);
            out.raw(&text)?;
            out.flush()
        }
    }
}
