// SPDX-License-Identifier: MIT
//
// An extension module of Python with a member in it, by Python's own C interface: swim_member.meet(hear).
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <swim/agent.h>
#include <swim/endpoint.h>
#include <vector>

namespace
{

/// Hands what it hears to a function of Python, which is called on a thread that Python does not know.
class PythonListener : public swim::Listener
{
  public:
    explicit PythonListener(PyObject* function)
        : m_function(function)
    {
    }

    void OnEvent(const swim::MembershipEvent& event) override
    {
        const PyGILState_STATE state = PyGILState_Ensure();
        const std::string kind(swim::EventKindName(event.kind));
        PyObject* const done =
            PyObject_CallFunction(m_function, "ss", kind.c_str(), event.member.name.c_str());
        if (done == nullptr)
        {
            PyErr_WriteUnraisable(m_function);
        }
        Py_XDECREF(done);
        PyGILState_Release(state);
        if (event.kind == swim::EventKind::JOINED && !m_told.exchange(true))
        {
            m_heard.set_value();
        }
    }

    /// Waits until Python was told that somebody joined, or it can be no matter of time any more.
    void Wait()
    {
        m_heard.get_future().wait_for(std::chrono::seconds(60));
    }

  private:
    PyObject* m_function;
    std::promise<void> m_heard;
    std::atomic<bool> m_told = false;
};

/// Two members meet. @return the names that the second knows
std::vector<std::string> Meet(PythonListener& listener)
{
    swim::Agent first({.name = "first", .bind = "127.0.0.1:0", .listener = &listener});
    swim::Agent second({.name = "second", .bind = "127.0.0.1:0"});
    second.Join({swim::FormatAddress(first.AdvertisedAddress())}).wait();
    std::vector<std::string> names;
    for (const swim::Member& member : second.Members())
    {
        names.push_back(member.name);
    }
    listener.Wait();
    second.Leave().wait();
    return names;
}

PyObject* PyMeet(PyObject* /*module*/, PyObject* function)
{
    PythonListener listener(function);
    std::vector<std::string> names;
    std::string wrong;
    // Who waits for members must let others have Python meanwhile: the listener among them.
    Py_BEGIN_ALLOW_THREADS;
    try
    {
        names = Meet(listener);
    }
    catch (const swim::AgentError& error)
    {
        wrong = error.what();
    }
    Py_END_ALLOW_THREADS;
    if (!wrong.empty())
    {
        return PyErr_Format(PyExc_RuntimeError, "%s", wrong.c_str());
    }
    PyObject* const list = PyList_New(0);
    for (const std::string& name : names)
    {
        PyObject* const text = PyUnicode_FromString(name.c_str());
        if (list != nullptr && text != nullptr)
        {
            PyList_Append(list, text);
        }
        Py_XDECREF(text);
    }
    return list;
}

PyMethodDef g_functions[] = {
    {"meet", PyMeet, METH_O, "meet(hear): two members meet; hear(kind, name) is told of it."},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef g_module = {
    PyModuleDef_HEAD_INIT,
    "swim_member",
    "A member of a SWIM cluster.",
    -1,
    g_functions,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
};

} // namespace

PyMODINIT_FUNC PyInit_swim_member()
{
    return PyModule_Create(&g_module);
}
