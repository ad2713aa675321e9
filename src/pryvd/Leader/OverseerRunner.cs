using System.Diagnostics;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pryv.Consensus;
using Pryv.Consensus.Replication;
using Pryv.Internal.V1;
using Pryvd.Api;
using Pryvd.Commands;
using Pryvd.Planning;
using Pryvd.Raft;

namespace Pryvd.Leader;

/// <summary>Gives the overseer its events on one thread, and does what it wants done. One for each session of a member.</summary>
internal sealed class OverseerRunner(MemberSession session, ILogger logger)
{
    private const int MostInbox = 20_000;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Plans take at most such a part of the time, however large the cluster.</summary>
    private const int Rest = 5;

    private readonly Channel<OverseerEvent> _inbox = Channel.CreateBounded<OverseerEvent>(new BoundedChannelOptions(MostInbox) { SingleReader = true });
    private readonly Dictionary<long, TaskCompletionSource<AgentReportReply>> _tickets = [];
    private readonly Lock _gate = new();
    private readonly Overseer _overseer = new(new Model.NodeId(session.NodeId));
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _lastTicket;
    private (bool Leads, Term Term) _led;
    private volatile PlanInput? _input;
    private volatile string? _paused;

    /// <summary>What a plan would be made from now; null while this node does not lead.</summary>
    public PlanInput? Input => _input;

    /// <summary>Why nobody is called silent now, or null.</summary>
    public string? Paused => _paused;

    /// <summary>Runs until the session ends.</summary>
    public async Task RunAsync()
    {
        var ended = session.Ended;
        var ticking = TickAsync(ended);
        while (await _inbox.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_inbox.Reader.TryRead(out var happened))
            {
                await FollowLeadershipAsync().ConfigureAwait(false);
                if (_led.Leads || happened is OverseerEvent.Reported)
                {
                    Step(new OverseerEvent.Changed(session.Store.Read().State, session.Store.Applied));
                    Step(Current(happened));
                }
            }
        }

        await ticking.ConfigureAwait(false);
        Step(new OverseerEvent.Lost());
    }

    /// <summary>A node's report; the answer comes when a quorum has confirmed that this node leads, where leases are wanted.</summary>
    /// <exception cref="NotLeaderException">It does not, or the report was not answered; the node asks again.</exception>
    public async Task<AgentReportReply> ReportAsync(AgentReport report, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<AgentReportReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        long ticket;
        lock (_gate)
        {
            ticket = ++_lastTicket;
            _tickets[ticket] = answer;
        }

        if (!_inbox.Writer.TryWrite(new OverseerEvent.Reported(ticket, report)))
        {
            TakeTicket(ticket);
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"The leader has {MostInbox} reports and answers to see to; the node reports again."));
        }

        return await answer.Task.WaitAsync(cancel).ConfigureAwait(false);
    }

    private async Task TickAsync(Task ended)
    {
        while (!ended.IsCompleted)
        {
            var clock = Stopwatch.GetTimestamp();
            var moved = session.LeaderMoved;
            await _inbox.Writer.WriteAsync(new OverseerEvent.Tick()).ConfigureAwait(false);
            await Task.WhenAny(ended, session.IsElected ? Task.Delay(Pace) : moved).ConfigureAwait(false);

            // The tick before is done when the inbox has come to this one: who plans for long ticks less often.
            var took = Volatile.Read(ref _lastStepTicks) * 1.0 / Stopwatch.Frequency;
            var rest = TimeSpan.FromSeconds(took * Rest) - Stopwatch.GetElapsedTime(clock);
            if (rest > TimeSpan.Zero)
            {
                await Task.WhenAny(ended, Task.Delay(rest)).ConfigureAwait(false);
            }
        }

        _inbox.Writer.TryComplete();
    }

    private long _lastStepTicks;

    /// <summary>
    /// Leading begins with a round of its own: what was committed before is applied then. A new term is a new leader, though the node may be the same.
    /// </summary>
    private async Task FollowLeadershipAsync()
    {
        var now = (session.Leads, session.Term);
        if (now == _led || (!now.Leads && !_led.Leads))
        {
            return;
        }

        if (_led.Leads)
        {
            _led = (false, now.Term);
            Step(new OverseerEvent.Lost());
        }

        if (now.Leads && await session.ReadIndexAsync().ConfigureAwait(false) is not null && session.Leads && session.Term == now.Term)
        {
            _led = now;
            Step(new OverseerEvent.Led(session.Store.Read().State, session.Store.Applied, session.Epoch));
        }
    }

    /// <summary>The state is that of the moment in which the event is given: it never goes back.</summary>
    private OverseerEvent Current(OverseerEvent happened) => happened is OverseerEvent.Confirmed confirmed
        ? confirmed with { State = session.Store.Read().State, Applied = session.Store.Applied }
        : happened;

    private void Step(OverseerEvent happened)
    {
        var began = Stopwatch.GetTimestamp();
        foreach (var effect in _overseer.Step(happened, Stopwatch.GetElapsedTime(_started)))
        {
            Do(effect);
        }

        (_input, _paused) = (_overseer.Input, _overseer.Paused);
        if (happened is OverseerEvent.Tick)
        {
            Volatile.Write(ref _lastStepTicks, Stopwatch.GetTimestamp() - began);
        }
    }

    private void Do(OverseerEffect effect)
    {
        switch (effect)
        {
            case OverseerEffect.Confirm confirm: _ = ConfirmAsync(confirm.Round); break;
            case OverseerEffect.Propose propose: _ = ProposeAsync(propose); break;
            case OverseerEffect.Reply reply: TakeTicket(reply.Ticket)?.TrySetResult(reply.Message); break;
            case OverseerEffect.Refuse refuse: TakeTicket(refuse.Ticket)?.TrySetException(new NotLeaderException()); break;
            case OverseerEffect.Say { Warning: true } say: logger.LogWarning("Leader: {Message}", say.Message); break;
            case OverseerEffect.Say say: logger.LogInformation("Leader: {Message}", say.Message); break;
        }
    }

    private async Task ConfirmAsync(long round)
    {
        var index = await session.ReadIndexAsync().ConfigureAwait(false);
        await GiveAsync(new OverseerEvent.Confirmed(round, index is not null, session.Store.Read().State, session.Store.Applied)).ConfigureAwait(false);
    }

    private async Task ProposeAsync(OverseerEffect.Propose propose)
    {
        var envelope = propose.Command;
        envelope.Actor = ActorMessage.Of(new Model.Actor(session.NodeName, -1, 0));
        var result = await session.ProposeAsync(envelope).ConfigureAwait(false);
        var fate = result.Status switch
        {
            ProposalStatus.Applied => ProposalFate.Applied,
            ProposalStatus.Unknown => ProposalFate.Unknown,
            _ => ProposalFate.NotTaken,
        };
        await GiveAsync(new OverseerEvent.Answered(propose.Proposal, fate, result.Index, Refused(result.Result as CommandReply) ?? result.Reason ?? "")).ConfigureAwait(false);
    }

    private static string? Refused(CommandReply? reply) => reply switch
    {
        null => null,
        { Code: not ReplyCodes.Ok } => reply.Message,
        { Refused.Count: > 0 } => $"{reply.Refused.Count} of it: {string.Join("; ", reply.Refused.Take(3).Select(item => item.Value))}",
        _ => "",
    };

    /// <summary>Answers are as many as there are proposals and rounds under way, so there is room in the end; a session that has ended needs none.</summary>
    private async Task GiveAsync(OverseerEvent happened)
    {
        while (await _inbox.Writer.WaitToWriteAsync().ConfigureAwait(false))
        {
            if (_inbox.Writer.TryWrite(happened))
            {
                return;
            }
        }
    }

    private TaskCompletionSource<AgentReportReply>? TakeTicket(long ticket)
    {
        lock (_gate)
        {
            return _tickets.Remove(ticket, out var answer) ? answer : null;
        }
    }
}
