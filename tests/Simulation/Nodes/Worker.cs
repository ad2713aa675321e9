namespace Simulation;

/// <summary>Does one job after the other, as a thread with a queue would; a job says itself when it is done.</summary>
internal sealed class Worker
{
    private readonly Queue<Action<Action>> _jobs = new();
    private bool _isBusy;

    public void Do(Action<Action> job)
    {
        _jobs.Enqueue(job);
        Next();
    }

    private void Next()
    {
        if (_isBusy || !_jobs.TryDequeue(out var job))
        {
            return;
        }

        _isBusy = true;
        job(() =>
        {
            _isBusy = false;
            Next();
        });
    }
}
