using System.CommandLine;
using Grpc.Core;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;
using Pryvd.Hosting;

namespace Pryvd.Cli.Calling;

/// <summary>One run of one verb: its arguments, its way to the daemon, and where it prints.</summary>
internal sealed class Call : IDisposable
{
    private static readonly TimeSpan _defaultTimeout = TimeSpan.FromSeconds(10);

    private readonly Kit _kit;
    private readonly ParseResult _arguments;
    private Connection? _connection;

    public Call(Kit kit, ParseResult arguments, CancellationToken stop)
    {
        _kit = kit;
        _arguments = arguments;
        Stop = stop;
    }

    public CancellationToken Stop { get; }

    public Terminal Terminal => _kit.Terminal;

    public CliParts Parts => _kit.Parts;

    public Output Output => field ??= new Output(Terminal, IsJson);

    /// <summary>Opened when it is first needed, so that wrong usage never reaches the daemon.</summary>
    public Connection Daemon => _connection ??= new Connection(Text(_kit.Socket, "PRYVD_SOCKET") ?? DaemonOptions.DefaultSocket);

    /// <summary>What --timeout or PRYVD_TIMEOUT says; null when neither does.</summary>
    public TimeSpan? Timeout => Value(_kit.Timeout) ?? TimeoutOfEnvironment;

    public T? Value<T>(Option<T> option) => _arguments.GetValue(option);

    public T Value<T>(Argument<T> argument) => _arguments.GetRequiredValue(argument);

    public T? Optional<T>(Argument<T?> argument) => _arguments.GetValue(argument);

    public ReadMode Mode(Option<bool> stale) => new() { Stale = Value(stale) };

    /// <summary>A read; while there is no leader it is tried again until the time is over.</summary>
    public Task<T> Read<T>(Func<CallOptions, AsyncUnaryCall<T>> call) => NewAttempts().Run(call);

    /// <summary>A write; every try carries the same request id, so that it counts once.</summary>
    public async Task<T> Write<T>(Func<string, CallOptions, AsyncUnaryCall<T>> call)
    {
        var attempts = NewAttempts();
        var id = await attempts.Run(options => Daemon.Cluster.NewRequestIdAsync(new NewRequestIdRequest(), options));
        return await attempts.Run(options => call(id.RequestId, options));
    }

    /// <summary>A call that is made once: its answer is of this moment and this node.</summary>
    public async Task<T> Once<T>(Func<CallOptions, AsyncUnaryCall<T>> call, TimeSpan? timeout = null)
    {
        var deadline = Terminal.Clock.GetUtcNow() + (Timeout ?? timeout ?? _defaultTimeout);
        using var under = call(new CallOptions(deadline: deadline.UtcDateTime, cancellationToken: Stop));
        return await under;
    }

    /// <summary>Options for a stream, which has no deadline unless one was asked for.</summary>
    public CallOptions StreamOptions(TimeSpan? timeout) =>
        new(deadline: timeout is { } bound ? (Terminal.Clock.GetUtcNow() + bound).UtcDateTime : null, cancellationToken: Stop);

    /// <summary>What to tell of an exception, after a look at the socket or the status where that says more.</summary>
    public async Task<CliException> Explain(Exception e)
    {
        var failure = _connection is null ? Failure.Of(e, Stop.IsCancellationRequested) : await Failure.Explain(e, _connection, Stop);
        return failure is { ExitCode: ExitCode.WrongUsage, Hint: null } ? CliException.Usage(failure.Message, UsageError.SeeHelp(_arguments)) : failure;
    }

    public void Dispose() => _connection?.Dispose();

    private bool IsJson => Text(_kit.Output, "PRYVD_OUTPUT") switch
    {
        null or "table" => false,
        "json" => true,
        { } other => throw CliException.Usage($"PRYVD_OUTPUT is '{other}'; it must be table or json."),
    };

    private TimeSpan? TimeoutOfEnvironment => Terminal.Environment("PRYVD_TIMEOUT") switch
    {
        null or "" => null,
        { } text when DurationText.TryParse(text, out var timeout) => timeout,
        { } text => throw CliException.Usage($"PRYVD_TIMEOUT is '{text}'; write a duration such as 500ms, 10s or 2m."),
    };

    private string? Text(Option<string?> option, string variable) =>
        Value(option) ?? (Terminal.Environment(variable) is { Length: > 0 } text ? text : null);

    private Attempts NewAttempts() => new(Terminal.Clock, Timeout ?? _defaultTimeout, Stop);
}
