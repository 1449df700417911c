# One server of GMM Lab: docs/deploy.md says how to run several behind nginx.
FROM python:3.13-slim
WORKDIR /lab
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY app.py .
COPY pages pages
COPY gmmlab gmmlab
COPY .streamlit .streamlit
RUN useradd --system --home-dir /tmp lab
USER lab
ENV PYTHONUNBUFFERED=1 HOME=/tmp
EXPOSE 8501
HEALTHCHECK --interval=10s --start-period=20s CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=5)"]
ENTRYPOINT ["python", "-m", "streamlit", "run", "app.py", "--server.headless", "true", "--server.address", "0.0.0.0"]
