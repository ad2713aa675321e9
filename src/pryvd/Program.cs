using Pryvd;
using Pryvd.Cli;
using Pryvd.Guard;
using Pryvd.Raft;

// The guard is small because nothing else is loaded into it, the CLI's parser included.
return GuardOptions.Read(args) is { } guard
    ? GuardProcess.Run(guard)
    : await CommandLine.Run(args, new CliParts(Daemon.Run, GuardProcess.Run, new OfflineSnapshots(TimeProvider.System)));
