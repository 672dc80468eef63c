//! The `wellhead` command.

fn main() {
    std::process::exit(wellhead_cli::run(std::env::args_os()));
}
