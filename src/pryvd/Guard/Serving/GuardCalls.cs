using Pryv.Internal.V1;
using Pryvd.Guard.Native;

namespace Pryvd.Guard.Serving;

/// <summary>What each request does.</summary>
internal sealed class GuardCalls(Runs runs, string release)
{
    public GuardReply Answer(GuardRequest request, GuardCaller caller)
    {
        try
        {
            var reply = AnswerOf(request, caller);
            reply.Id = request.Id;
            return reply;
        }
        catch (GuardException refusal)
        {
            return new GuardReply { Id = request.Id, Refusal = new GuardRefusal { Message = refusal.Message } };
        }
    }

    private static GuardReply Done => new() { Done = new GuardDone() };

    private GuardReply AnswerOf(GuardRequest request, GuardCaller caller)
    {
        switch (request.WhatCase)
        {
            case GuardRequest.WhatOneofCase.Hello:
                return new GuardReply { Welcome = new GuardWelcome { Version = GuardFrames.Version, Release = release, Pid = Environment.ProcessId } };
            case GuardRequest.WhatOneofCase.List:
                return new GuardReply { Runs = new GuardRuns { Runs = { runs.All.Select(r => r.Record.Run) } } };
            case GuardRequest.WhatOneofCase.Start:
                return new GuardReply { Run = runs.Start(request.Start) };
            case GuardRequest.WhatOneofCase.StartUnit:
                return new GuardReply { Run = runs.StartUnit(request.StartUnit) };
            case GuardRequest.WhatOneofCase.Stop:
                return Stop(request.Stop);
            case GuardRequest.WhatOneofCase.Lease:
                runs.Lease(new RunKey(request.Lease.Component, request.Lease.Ordinal, request.Lease.Run), request.Lease.LeaseEndBootMs, request.Lease.Shorten);
                return Done;
            case GuardRequest.WhatOneofCase.Forget:
                runs.Forget(new RunKey(request.Forget.Component, request.Forget.Ordinal, request.Forget.Run));
                return Done;
            case GuardRequest.WhatOneofCase.Watch:
                return Watch(caller);
            default:
                throw new GuardException($"The guard (release {release}) does not know this request. Start a new guard when its leased instances may stop.");
        }
    }

    // With what is not forgotten yet, so that no end falls between a list and a watch.
    private GuardReply Watch(GuardCaller caller)
    {
        caller.Watches = true;
        foreach (var run in runs.All.Where(r => !r.IsAlive))
        {
            caller.Send(new GuardReply { Ended = run.Record.Run });
        }

        return Done;
    }

    private GuardReply Stop(GuardStop stop)
    {
        if (stop.Signal is <= 0 or > PosixSignals.Highest)
        {
            throw new GuardException($"{stop.Signal} is no signal.");
        }

        runs.Stop(new RunKey(stop.Component, stop.Ordinal, stop.Run), stop.Signal, stop.GraceMs);
        return Done;
    }
}
