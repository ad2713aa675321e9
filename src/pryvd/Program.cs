using Pryvd;
using Pryvd.Cli;
using Pryvd.Raft;

return await CommandLine.Run(args, new CliParts(Daemon.Run, new OfflineSnapshots(TimeProvider.System)));
